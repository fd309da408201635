import type { OwnTool } from '../../core/own-actions.ts';
import { changePolicy } from './change-policy.ts';
import { createGrant } from './create-grant.ts';
import type { OwnEffect } from './effect.ts';
import { mapRole } from './map-role.ts';
import { rollBackVersion } from './roll-back-version.ts';

export const OWN_EFFECTS: Readonly<Record<OwnTool, OwnEffect>> = {
  create_grant: createGrant,
  change_policy: changePolicy,
  map_role: mapRole,
  roll_back_version: rollBackVersion,
};
