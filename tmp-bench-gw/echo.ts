import { startGateway } from '../services/gateway/gateway.ts';
import { loadGatewayConfig } from '../services/gateway/config.ts';
import { createLogger } from '../shared/adapters/logging.ts';
import { Registry } from 'prom-client';
const answer={kind:'found',matches:[{customerId:'c'+'a'.repeat(26),certainty:.97}]} as const;
const cluster:any={resolve:async(ids:any[])=>ids.map(()=>answer),status:async()=>({partitions:[{state:'running'}]})};
const g=await startGateway({cluster,config:loadGatewayConfig({SELFSAME_GATEWAY_PORT:'0'}),logger:createLogger({service:'g',version:'t',level:'error'}),metrics:new Registry()});
process.on('message',(m:any)=>{ if(m==='cpu') process.send!(process.cpuUsage()); if(m==='engine') process.send!('ok'); if(m==='stop') process.exit(0);});
process.send!('ready:'+g.address);
