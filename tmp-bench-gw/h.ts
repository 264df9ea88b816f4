import { startTestGateway } from '../test/support/test-gateway.ts';
import { RawGrpc, frame } from '../test/support/raw-grpc.ts';
import { serviceDefinition, packageDefinition } from '../shared/grpc/load.ts';
const t=await startTestGateway(); const raw=new RawGrpc(t.gateway.address);
const good=frame(serviceDefinition('selfsame.v1.ResolutionService')['Resolve']!.requestSerialize({identifier:{namespace:'user_id',value:'x'}}));
const p='/selfsame.v1.ResolutionService/Resolve';
for (const h of [{'content-type':'application/json'},{'content-type':undefined},{'grpc-timeout':'0n'},{':method':'GET'},{':method':'DELETE'}] as any[]) { const a=await raw.send(p,good,h); console.log(JSON.stringify(h),a.httpStatus,a.grpcStatus,a.hasDetails,a.wasReset); }
const a=await raw.send(p,frame(good,{flags:1}),{'grpc-encoding':'nonsense'}); console.log('enc',a.httpStatus,a.grpcStatus,a.hasDetails);
console.log(JSON.stringify((packageDefinition()['selfsame.v1.Interaction'] as any).type).slice(0,1500));
console.log(JSON.stringify((packageDefinition()['selfsame.v1.Party'] as any).type).slice(0,1500));
process.exit(0)
