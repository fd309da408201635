-- Where a company's directory can be asked, a person's first passkey wants a fresh sign-in there, and not their chat account
-- alone. signed_in_at: when they did, for the link that came of it.
ALTER TABLE sign_ins DROP CONSTRAINT sign_ins_purpose_check;
ALTER TABLE sign_ins ADD CONSTRAINT sign_ins_purpose_check CHECK (purpose IN ('link', 'step-up', 'passkey'));
ALTER TABLE sign_ins ADD CONSTRAINT sign_ins_person_check CHECK (purpose = 'link' OR person IS NOT NULL) NOT VALID;
ALTER TABLE sign_links ADD COLUMN signed_in_at timestamptz CHECK (signed_in_at IS NULL OR purpose = 'register');
