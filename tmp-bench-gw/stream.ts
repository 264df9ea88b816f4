import { contract } from '../shared/grpc/load.ts';
import { credentials } from '@grpc/grpc-js';
import { startTestGateway, sampleInteraction } from '../test/support/test-gateway.ts';
import { interactionToWire } from '../shared/grpc/map-interaction.ts';
const t=await startTestGateway();
const v1=contract().selfsame.v1;
const c=new v1.IngestService(t.gateway.address,credentials.createInsecure());
for (const direct of [true,false,false]) {
 const off=direct?100000:Math.floor(Math.random()*1e6)*10000; const N=3000; const s=performance.now(); const cpu=process.cpuUsage();
 if(direct){ for(let i=0;i<N;i+=500) await t.cluster.ingest(Array.from({length:500},(_,k)=>sampleInteraction(off+i+k)),{ack:'durable'}); }
 else { t.cluster.ingestBatches.length=0; const st=c.IngestInteractionStream(); let n=0; const end=new Promise<void>(r=>{st.on('data',()=>n++);st.on('end',r);st.on('error',e=>{console.log(e);r()})});
  for(let i=0;i<N;i++) st.write({correlationId:'m'+i,interaction:interactionToWire(sampleInteraction(off+i))}); st.end(); await end; console.log(n, t.cluster.ingestBatches.length+' '+Math.max(...t.cluster.ingestBatches)); }
 const u=process.cpuUsage(cpu); console.log(direct,(performance.now()-s).toFixed(0),'ms cpu',((u.user+u.system)/1000).toFixed(0));
}
process.exit(0);
