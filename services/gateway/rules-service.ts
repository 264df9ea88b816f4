/** RulesService: candidates beside the live version, what they would change, their activation. */
import type { RulesServiceHandlers } from '../../shared/grpc/generated/selfsame/v1/RulesService.ts';
import { CONTRACT_LIMITS } from '../../shared/grpc/limits.ts';
import {
  changeFromWire,
  fitToWire,
  modelToWire,
  reportToWire,
  versionsToWire,
} from '../../shared/grpc/map-versions.ts';
import { Violations } from '../../shared/grpc/violations.ts';
import type { Cluster } from '../../shared/protocol/cluster.ts';
import type { RpcsOf } from './rpc.ts';

export function rulesRpcs({ versions }: Cluster): RpcsOf<RulesServiceHandlers> {
  return {
    GetVersions: {
      kind: 'unary',
      handle: async (_request, { deadlineMs, signal }) => ({
        versions: versionsToWire(await versions.list({ deadlineMs, signal })),
      }),
    },
    ProposeVersion: {
      kind: 'unary',
      handle: async ({ rulesYaml, fitModel, layoutChange }, { deadlineMs, signal }) => {
        const violations = new Violations();
        violations.text(rulesYaml, 'rules_yaml', CONTRACT_LIMITS.rulesCharacters, 0);
        const layout = layoutChange === null ? null : changeFromWire(layoutChange);
        if (layoutChange !== null && layout === null) {
          violations.add('layout_change', 'Must name one change.');
        } else if (layout !== null && (rulesYaml !== '' || fitModel)) {
          violations.add(
            'layout_change',
            'Goes with the live rules: give neither rules nor a fit.',
          );
        } else if (layout === null && rulesYaml === '' && !fitModel) {
          violations.add('rules_yaml', 'Required, unless fit_model or layout_change is given.');
        }
        violations.throwIfAny();
        const candidate = {
          rules: rulesYaml === '' ? null : rulesYaml,
          isFitted: fitModel,
          ...(layout === null ? {} : { layout }),
        };
        const proposal = await versions.propose(candidate, { deadlineMs, signal });
        return {
          versions: versionsToWire(proposal.versions),
          fit: proposal.fit === null ? null : fitToWire(proposal.fit),
        };
      },
    },
    GetVersionReport: {
      kind: 'unary',
      handle: async (request, { deadlineMs, signal }) => {
        // proto3 optional: absent means each version's own floor, which 0 does not.
        const minCertainty = request._minCertainty === 'minCertainty' ? request.minCertainty : null;
        const options = minCertainty === null || minCertainty === undefined ? {} : { minCertainty };
        return { report: reportToWire(await versions.report({ ...options, deadlineMs, signal })) };
      },
    },
    ActivateVersion: {
      kind: 'unary',
      handle: async ({ version }, { deadlineMs, signal }) => {
        assertVersion(version);
        return {
          versions: versionsToWire(await versions.activate(version, { deadlineMs, signal })),
        };
      },
    },
    DropVersion: {
      kind: 'unary',
      handle: async ({ version }, { deadlineMs, signal }) => {
        assertVersion(version);
        return { versions: versionsToWire(await versions.drop(version, { deadlineMs, signal })) };
      },
    },
    GetModel: {
      kind: 'unary',
      handle: async ({ candidate }, { deadlineMs, signal }) =>
        modelToWire(await versions.model(candidate ? 'shadow' : 'live', { deadlineMs, signal })),
    },
  };
}

function assertVersion(version: string): void {
  const violations = new Violations();
  violations.text(version, 'version', CONTRACT_LIMITS.idCharacters);
  violations.throwIfAny();
}
