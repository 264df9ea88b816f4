import { fork } from 'node:child_process';
import { contract } from '../shared/grpc/load.ts';
import { credentials } from '@grpc/grpc-js';
const child=fork('tmp-bench-gw/server.ts',[],{execArgv:['--import','tsx',...(process.env.PROF?['--cpu-prof','--cpu-prof-dir=/tmp/gw/prof']:[])]});
const next=()=>new Promise<any>(r=>child.once('message',r));
const addr=String(await next()).slice(6);
child.send('engine'); await next();
const c=new (contract().selfsame.v1.ResolutionService)(addr,credentials.createInsecure(),{'grpc.max_receive_message_length':64<<20});
const N=20000;
for (const [label,req] of [['values user_id',{namespace:'user_id',values:Array.from({length:1000},(_,i)=>`user-${(i*17)%N}`)}],['identifiers user_id',{identifiers:Array.from({length:1000},(_,i)=>({namespace:'user_id',value:`user-${(i*17)%N}`}))}],['values unknown ns',{namespace:'nonsense',values:Array.from({length:1000},(_,i)=>`user-${(i*17)%N}`)}]] as const) {
 const call=()=>new Promise<any>((r,j)=>c.BatchResolve(req as any,{deadline:Date.now()+20000},(e,x)=>e?j(e):r(x)));
 for(let i=0;i<30;i++) await call();
 child.send('cpu'); const a=await next(); const ca=process.cpuUsage(); const s=performance.now();
 const K=200; await Promise.all([0,1,2].map(async()=>{for(let i=0;i<K/3;i++) await call();}));
 const ms=performance.now()-s; child.send('cpu'); const b=await next(); const cb=process.cpuUsage(ca);
 const n=Math.ceil(K/3)*3*1000;
 console.log(label,'ids/s',(n/ms*1000).toFixed(0),'server cpu us/id',((b.user+b.system-a.user-a.system)/n).toFixed(2),'client cpu us/id',((cb.user+cb.system)/n).toFixed(2));
}
child.send('stop'); c.close();
