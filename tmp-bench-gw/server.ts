import { startTestGateway, sampleInteraction } from '../test/support/test-gateway.ts';
const t = await startTestGateway();
const N=20000; const items=Array.from({length:N},(_,i)=>sampleInteraction(i));
for(let i=0;i<N;i+=1000) await t.cluster.ingest(items.slice(i,i+1000),{ack:'durable'});
console.log(t.gateway.address);
process.on('message',async (m:any)=>{ if(m==='cpu') process.send!(process.cpuUsage()); if(m==='engine'){ 
  const ids=Array.from({length:1000},(_,i)=>({namespace:'user_id',value:`user-${(i*17)%N}`}));
  const em=Array.from({length:1000},(_,i)=>({namespace:'email',value:`person${(i*17)%N}@shop.example`}));
  for (const b of [ids,em]) {for(let i=0;i<20;i++) await t.cluster.resolve(b); const s=performance.now(); for(let i=0;i<100;i++) await t.cluster.resolve(b); console.log('engine only us/id', ((performance.now()-s)/100).toFixed(2), b[0]!.namespace);} process.send!('ok'); } if(m==='stop'){process.exit(0);} });
process.send!('ready:'+t.gateway.address);
