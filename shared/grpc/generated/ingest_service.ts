import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from './google/protobuf/Timestamp.ts';
import type { FieldViolation as _selfsame_v1_FieldViolation, FieldViolation__Output as _selfsame_v1_FieldViolation__Output } from './selfsame/v1/FieldViolation.ts';
import type { Identifier as _selfsame_v1_Identifier, Identifier__Output as _selfsame_v1_Identifier__Output } from './selfsame/v1/Identifier.ts';
import type { IngestInteractionBatchRequest as _selfsame_v1_IngestInteractionBatchRequest, IngestInteractionBatchRequest__Output as _selfsame_v1_IngestInteractionBatchRequest__Output } from './selfsame/v1/IngestInteractionBatchRequest.ts';
import type { IngestInteractionBatchResponse as _selfsame_v1_IngestInteractionBatchResponse, IngestInteractionBatchResponse__Output as _selfsame_v1_IngestInteractionBatchResponse__Output } from './selfsame/v1/IngestInteractionBatchResponse.ts';
import type { IngestInteractionRequest as _selfsame_v1_IngestInteractionRequest, IngestInteractionRequest__Output as _selfsame_v1_IngestInteractionRequest__Output } from './selfsame/v1/IngestInteractionRequest.ts';
import type { IngestInteractionResponse as _selfsame_v1_IngestInteractionResponse, IngestInteractionResponse__Output as _selfsame_v1_IngestInteractionResponse__Output } from './selfsame/v1/IngestInteractionResponse.ts';
import type { IngestInteractionStreamRequest as _selfsame_v1_IngestInteractionStreamRequest, IngestInteractionStreamRequest__Output as _selfsame_v1_IngestInteractionStreamRequest__Output } from './selfsame/v1/IngestInteractionStreamRequest.ts';
import type { IngestInteractionStreamResponse as _selfsame_v1_IngestInteractionStreamResponse, IngestInteractionStreamResponse__Output as _selfsame_v1_IngestInteractionStreamResponse__Output } from './selfsame/v1/IngestInteractionStreamResponse.ts';
import type { IngestOutcome as _selfsame_v1_IngestOutcome, IngestOutcome__Output as _selfsame_v1_IngestOutcome__Output } from './selfsame/v1/IngestOutcome.ts';
import type { IngestServiceClient as _selfsame_v1_IngestServiceClient, IngestServiceDefinition as _selfsame_v1_IngestServiceDefinition } from './selfsame/v1/IngestService.ts';
import type { Interaction as _selfsame_v1_Interaction, Interaction__Output as _selfsame_v1_Interaction__Output } from './selfsame/v1/Interaction.ts';
import type { ItemError as _selfsame_v1_ItemError, ItemError__Output as _selfsame_v1_ItemError__Output } from './selfsame/v1/ItemError.ts';
import type { Party as _selfsame_v1_Party, Party__Output as _selfsame_v1_Party__Output } from './selfsame/v1/Party.ts';
import type { ProfileSelector as _selfsame_v1_ProfileSelector, ProfileSelector__Output as _selfsame_v1_ProfileSelector__Output } from './selfsame/v1/ProfileSelector.ts';
import type { ReadOptions as _selfsame_v1_ReadOptions, ReadOptions__Output as _selfsame_v1_ReadOptions__Output } from './selfsame/v1/ReadOptions.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  google: {
    protobuf: {
      Timestamp: MessageTypeDefinition<_google_protobuf_Timestamp, _google_protobuf_Timestamp__Output>
    }
  }
  selfsame: {
    v1: {
      AckLevel: EnumTypeDefinition
      FieldViolation: MessageTypeDefinition<_selfsame_v1_FieldViolation, _selfsame_v1_FieldViolation__Output>
      Identifier: MessageTypeDefinition<_selfsame_v1_Identifier, _selfsame_v1_Identifier__Output>
      IngestInteractionBatchRequest: MessageTypeDefinition<_selfsame_v1_IngestInteractionBatchRequest, _selfsame_v1_IngestInteractionBatchRequest__Output>
      IngestInteractionBatchResponse: MessageTypeDefinition<_selfsame_v1_IngestInteractionBatchResponse, _selfsame_v1_IngestInteractionBatchResponse__Output>
      IngestInteractionRequest: MessageTypeDefinition<_selfsame_v1_IngestInteractionRequest, _selfsame_v1_IngestInteractionRequest__Output>
      IngestInteractionResponse: MessageTypeDefinition<_selfsame_v1_IngestInteractionResponse, _selfsame_v1_IngestInteractionResponse__Output>
      IngestInteractionStreamRequest: MessageTypeDefinition<_selfsame_v1_IngestInteractionStreamRequest, _selfsame_v1_IngestInteractionStreamRequest__Output>
      IngestInteractionStreamResponse: MessageTypeDefinition<_selfsame_v1_IngestInteractionStreamResponse, _selfsame_v1_IngestInteractionStreamResponse__Output>
      IngestOutcome: MessageTypeDefinition<_selfsame_v1_IngestOutcome, _selfsame_v1_IngestOutcome__Output>
      /**
       * Takes interactions in. All methods are safe to repeat: a delivery with the same source,
       * interaction id, revision and content counts once.
       */
      IngestService: SubtypeConstructor<typeof grpc.Client, _selfsame_v1_IngestServiceClient> & { service: _selfsame_v1_IngestServiceDefinition }
      IngestStatus: EnumTypeDefinition
      Interaction: MessageTypeDefinition<_selfsame_v1_Interaction, _selfsame_v1_Interaction__Output>
      ItemError: MessageTypeDefinition<_selfsame_v1_ItemError, _selfsame_v1_ItemError__Output>
      Party: MessageTypeDefinition<_selfsame_v1_Party, _selfsame_v1_Party__Output>
      ProfileSelector: MessageTypeDefinition<_selfsame_v1_ProfileSelector, _selfsame_v1_ProfileSelector__Output>
      ReadOptions: MessageTypeDefinition<_selfsame_v1_ReadOptions, _selfsame_v1_ReadOptions__Output>
      WaitLevel: EnumTypeDefinition
    }
  }
}

