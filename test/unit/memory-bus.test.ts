/** MemoryBus keeps the Bus contract. */
import { MemoryBus } from '../../shared/adapters/memory-bus.ts';
import { describeBusContract } from './bus-contract.ts';

describeBusContract('MemoryBus', async () => ({
  bus: new MemoryBus(),
  async dispose() {},
}));
