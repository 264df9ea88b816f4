/** The versions of a cluster at the other end of a connection. */
import { type CallOptions, ClusterError } from '../protocol/cluster.ts';
import type {
  Candidate,
  ModelView,
  Proposal,
  VersionReport,
  Versions,
  VersionsView,
} from '../protocol/versions.ts';
import type { RunUnary } from './client-calls.ts';
import type { GetModelResponse__Output } from './generated/selfsame/v1/GetModelResponse.ts';
import type { ModelFit__Output } from './generated/selfsame/v1/ModelFit.ts';
import type { RulesServiceClient } from './generated/selfsame/v1/RulesService.ts';
import type { VersionReport__Output } from './generated/selfsame/v1/VersionReport.ts';
import type { Versions__Output } from './generated/selfsame/v1/Versions.ts';
import {
  changeToWire,
  fitFromWire,
  modelFromWire,
  reportFromWire,
  versionsFromWire,
} from './map-versions.ts';

interface WithVersions {
  readonly versions: Versions__Output | null;
}

function present<T>(part: T | null): T {
  if (part === null)
    throw new ClusterError('internal', 'The gateway answered with a part missing.');
  return part;
}

export class GrpcVersions implements Versions {
  readonly #client: RulesServiceClient;
  readonly #run: RunUnary;

  constructor(client: RulesServiceClient, run: RunUnary) {
    this.#client = client;
    this.#run = run;
  }

  async list(options?: CallOptions): Promise<VersionsView> {
    const { versions } = await this.#run<WithVersions>(
      (call, done) => this.#client.GetVersions({}, call, done),
      options,
    );
    return versionsFromWire(present(versions));
  }

  async propose({ rules, isFitted, layout }: Candidate, options?: CallOptions): Promise<Proposal> {
    if (rules !== null && typeof rules !== 'string') {
      throw new ClusterError('invalid_argument', 'over a connection rules are sent as their text');
    }
    const request = {
      rulesYaml: rules ?? '',
      fitModel: isFitted,
      ...(layout === undefined ? {} : { layoutChange: changeToWire(layout) }),
    };
    const { versions, fit } = await this.#run<WithVersions & { fit: ModelFit__Output | null }>(
      (call, done) => this.#client.ProposeVersion(request, call, done),
      options,
    );
    return {
      versions: versionsFromWire(present(versions)),
      fit: fit === null ? null : fitFromWire(fit),
    };
  }

  async report(
    options: CallOptions & { readonly minCertainty?: number } = {},
  ): Promise<VersionReport> {
    const { minCertainty } = options;
    const request = minCertainty === undefined ? {} : { minCertainty };
    const { report } = await this.#run<{ readonly report: VersionReport__Output | null }>(
      (call, done) => this.#client.GetVersionReport(request, call, done),
      options,
    );
    return reportFromWire(present(report));
  }

  async activate(version: string, options?: CallOptions): Promise<VersionsView> {
    const { versions } = await this.#run<WithVersions>(
      (call, done) => this.#client.ActivateVersion({ version }, call, done),
      options,
    );
    return versionsFromWire(present(versions));
  }

  async drop(version: string, options?: CallOptions): Promise<VersionsView> {
    const { versions } = await this.#run<WithVersions>(
      (call, done) => this.#client.DropVersion({ version }, call, done),
      options,
    );
    return versionsFromWire(present(versions));
  }

  async model(which: 'live' | 'shadow', options?: CallOptions): Promise<ModelView> {
    const request = { candidate: which === 'shadow' };
    const model = await this.#run<GetModelResponse__Output>(
      (call, done) => this.#client.GetModel(request, call, done),
      options,
    );
    return modelFromWire(model);
  }
}
