import { packageDefinition } from '../shared/grpc/load.ts';
import { createRequire } from 'node:module';
const require=createRequire(import.meta.url);
const d=require('protobufjs/ext/descriptor');
const p=packageDefinition() as any;
for (const b of p['selfsame.v1.Interaction'].fileDescriptorProtos){ const f=d.FileDescriptorProto.decode(b).toJSON(); console.log(f.name,f.package,f.dependency,(f.messageType??[]).length,(f.service??[]).map((s:any)=>s.name), JSON.stringify((f.service??[])[0]?.method?.[0])); }
