-- The example insurer's own records. This database is not Countersign's: no table here knows of approvals or people who sign.
-- Money is whole micros (millionths) beside its ISO 4217 currency. Dates are the insurer's local dates.

CREATE TABLE causes (
  cause text PRIMARY KEY, line text NOT NULL CHECK (line IN ('home','motor','contents')), peril text NOT NULL,
  base_rate numeric(4,2) NOT NULL CHECK (base_rate BETWEEN 0 AND 1), rated_on date NOT NULL,
  required_documents text[] NOT NULL);

CREATE TABLE parties (
  party text PRIMARY KEY, kind text NOT NULL CHECK (kind IN ('person','firm')), name text NOT NULL,
  phone text, account text, synced_at timestamptz NOT NULL);
CREATE INDEX ON parties (phone);
CREATE INDEX ON parties (account);

CREATE TABLE policies (
  policy text PRIMARY KEY, line text NOT NULL, holder text NOT NULL REFERENCES parties, inception_on date NOT NULL,
  renews_on date NOT NULL, currency text NOT NULL, sum_insured_micros bigint NOT NULL CHECK (sum_insured_micros > 0),
  excess_micros bigint NOT NULL CHECK (excess_micros >= 0), covers text[] NOT NULL, excludes text[] NOT NULL,
  account_ending text NOT NULL CHECK (account_ending ~ '^[0-9]{4}$'));

CREATE TABLE claims (
  claim text PRIMARY KEY, policy text NOT NULL REFERENCES policies, cause text NOT NULL REFERENCES causes,
  summary text NOT NULL, incident_on date NOT NULL, reported_on date NOT NULL, currency text NOT NULL,
  claimed_micros bigint NOT NULL CHECK (claimed_micros > 0),
  status text NOT NULL CHECK (status IN ('open','referred','closed')),
  outcome text CHECK (outcome IN ('paid','denied','withdrawn','fraud proven')), paid_micros bigint,
  CHECK ((status = 'closed') = (outcome IS NOT NULL)));
CREATE INDEX ON claims (policy);

CREATE TABLE claim_parties (
  claim text NOT NULL REFERENCES claims, party text NOT NULL REFERENCES parties, part text NOT NULL,
  PRIMARY KEY (claim, party, part));
CREATE INDEX ON claim_parties (party);

-- Found by a nightly comparison of contact and bank details; `seed.ts` runs the same comparison once.
CREATE TABLE party_links (
  claim text NOT NULL REFERENCES claims, party text NOT NULL REFERENCES parties, shared text NOT NULL
    CHECK (shared IN ('phone','account')),
  linked_claim text NOT NULL REFERENCES claims, linked_party text NOT NULL REFERENCES parties,
  synced_at timestamptz NOT NULL, PRIMARY KEY (claim, party, shared, linked_claim, linked_party));

-- reference: the sender's own number (an invoice number, a crime reference), so that the same paper is seen twice.
CREATE TABLE documents (
  document text PRIMARY KEY, claim text NOT NULL REFERENCES claims, kind text NOT NULL, title text NOT NULL,
  source text NOT NULL, reference text, filed_on date NOT NULL, content text NOT NULL);
CREATE INDEX ON documents (claim);
CREATE INDEX ON documents (reference);

-- What other insurers told the shared register.
CREATE TABLE prior_claims (
  reference text PRIMARY KEY, policy text NOT NULL REFERENCES policies, insurer text NOT NULL, peril text NOT NULL,
  incident_on date NOT NULL, currency text NOT NULL, paid_micros bigint NOT NULL, outcome text NOT NULL,
  synced_at timestamptz NOT NULL);
CREATE INDEX ON prior_claims (policy);

CREATE SEQUENCE payment_numbers START 20931;
CREATE SEQUENCE referral_numbers START 4402;
CREATE SEQUENCE denial_numbers START 3107;

-- Everything an agent ever did here. The key makes a repeated call the same call; the row commits with its effect.
CREATE TABLE actions (
  idempotency_key text PRIMARY KEY, correlation_id text NOT NULL, tool text NOT NULL, claim text NOT NULL REFERENCES claims,
  args jsonb NOT NULL, summary text NOT NULL, reference text NOT NULL UNIQUE, done_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX ON actions (correlation_id);
CREATE INDEX ON actions (claim);

-- One payment a claim: the second one fails even if every check above it were wrong.
CREATE TABLE payments (
  payment text PRIMARY KEY, claim text NOT NULL UNIQUE REFERENCES claims, currency text NOT NULL,
  amount_micros bigint NOT NULL CHECK (amount_micros > 0), account_ending text NOT NULL,
  idempotency_key text NOT NULL UNIQUE REFERENCES actions DEFERRABLE INITIALLY DEFERRED);
