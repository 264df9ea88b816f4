/** Outbox: its rows meet neither those of another link epoch nor the changes noted for a shadow. */
import { expect, test } from 'vitest';
import { MemoryStore } from '../../shared/adapters/memory-store.ts';
import type { StoreWrite } from '../../shared/adapters/store.ts';
import { MessageKind } from '../../shared/domain/messages.ts';
import type { ProfileId } from '../../shared/domain/identifier.ts';
import { changeRow } from '../../shared/engine/change-rows.ts';
import { Outbox } from '../../shared/engine/outbox.ts';
import { type LinkOutput, partitionPrefix } from '../../shared/engine/partition.ts';
import { encode } from '../../shared/protocol/codec.ts';
import { encodeSubframe, type LinkSubframe, SubframeKind } from '../../shared/protocol/frame.ts';

const profile = 'p' as ProfileId;

function batch(linkEpoch: number, first: number): LinkOutput {
  const message = [MessageKind.label, profile, `${linkEpoch}/${first}`, null] as const;
  const subframe: LinkSubframe = [SubframeKind.link, 1, linkEpoch, first, [[0, message]]];
  return { destination: 7, batch: encodeSubframe(subframe) };
}

/** What is sent to partition 7, as `[link epoch, first number]`. */
function sending(outbox: Outbox): (readonly [number, number])[] {
  const sent: (readonly [number, number])[] = [];
  for (let next = outbox.next(7); next !== null; next = outbox.next(7)) {
    sent.push([next.linkEpoch, next.first]);
    outbox.sent(7);
  }
  return sent;
}

test('the same numbers in two link epochs -> both kept, read back in order, acknowledged apart', () => {
  const store = new MemoryStore();
  const writes: StoreWrite[] = [];
  const epochs = [1, 2, 1_700_000_000_000, 1_700_000_060_000];
  new Outbox(1, store).add(
    epochs.flatMap((epoch) => [batch(epoch, 1), batch(epoch, 2)]),
    writes,
  );
  store.commitSync(writes);
  const outbox = new Outbox(1, store);
  expect(outbox.messages).toBe(8);
  expect(sending(outbox)).toEqual(epochs.flatMap((epoch) => [[epoch, 1] as const, [epoch, 2]]));

  expect(outbox.acknowledge(7, 1_700_000_000_000, 1)).toBe(true);
  store.commitSync(outbox.takeDeletes());
  const after = new Outbox(1, store);
  expect(sending(after)).toEqual([
    [1_700_000_000_000, 2],
    [1_700_000_060_000, 1],
    [1_700_000_060_000, 2],
  ]);
});

test('changes noted for a shadow generation in the same store -> an owner that starts reads no messages', () => {
  const store = new MemoryStore();
  const row = changeRow(1, 12, [MessageKind.retractDecision, 'd', 1, 0]);
  store.commitSync([[partitionPrefix(1) + row, encode(1)]]);
  expect(new Outbox(1, store).messages).toBe(0);
});
