import { describe, expect, test } from 'vitest';
import { readClaims } from './claims.ts';

const tid = '7d0b9c1e-52a4-4c7b-9a63-0f6a1d7b5e10';
const oid = '0a1f0c52-1b7e-4d0e-8d2c-5f1e6a9b0002';
const iss = `https://login.microsoftonline.com/${tid}/v2.0`;
const claims = (more: object = {}) => readClaims({ tid, oid, iss, ...more });

describe('who somebody is', () => {
  test.each([
    ['says nothing of guests', {}, null],
    ['is of a member', { acct: 0 }, 'member'],
    ['is of a guest', { acct: 1 }, 'guest'],
    [
      'is of somebody whom another directory vouches for',
      { acct: 0, idp: 'https://sts.windows.net/other/' },
      'guest',
    ],
    [
      'is of somebody whom their own vouches for',
      { acct: 0, idp: `https://sts.windows.net/${tid}/` },
      'member',
    ],
    ['has the name of a guest', { acct: 0, preferred_username: 'a_b.example#EXT#@harbour.example' }, 'guest'],
  ])('a token that %s', (_, more, standing) => expect(claims(more)?.standing).toBe(standing));

  test('is nobody without a tenant and an object id', () => {
    expect(readClaims({ oid, iss })).toBeNull();
    expect(readClaims({ tid, iss, oid: 'ada' })).toBeNull();
  });
});

describe('an address', () => {
  test.each([
    ['that only stands there', { email: 'ada@harbour.example' }, []],
    ['of a domain that is not verified', { email: 'ada@harbour.example', xms_edov: 0 }, []],
    ['of a verified domain', { email: 'Ada@Harbour.example', xms_edov: '1' }, ['ada@harbour.example']],
    ['that is verified', { verified_primary_email: ['ada@harbour.example'] }, ['ada@harbour.example']],
    [
      'that is a name to sign in with',
      { preferred_username: 'ada@harbour.example', upn: 'ada@harbour.example' },
      [],
    ],
  ])('%s', (_, more, addresses) => expect(claims(more)?.addresses).toEqual(addresses));
});

describe('attack 14: groups', () => {
  test.each([
    ['in the token', { groups: ['g'] }, ['g']],
    ['none in the token', { groups: [] }, []],
    ['not asked for', {}, null],
    ['too many', { _claim_names: { groups: 'src1' } }, null],
    ['too many, by the other sign', { hasgroups: 'true' }, null],
    ['too many, and some in the token all the same', { groups: ['g'], hasgroups: true }, null],
  ])('%s', (_, more, groups) => expect(claims(more)?.groups).toEqual(groups));
});
