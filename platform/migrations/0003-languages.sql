-- Which language a person reads: theirs when the company said so, else what their chat says, else the company's.
-- What many read (a card in a channel) is in the company's. Null: not said.
ALTER TABLE tenants ADD COLUMN language text NOT NULL DEFAULT 'en' CHECK (language IN ('en','de'));
ALTER TABLE people ADD COLUMN language text CHECK (language IN ('en','de'));
ALTER TABLE chat_identities ADD COLUMN language text CHECK (language IN ('en','de'));

GRANT UPDATE (language) ON tenants TO countersign_app;
GRANT UPDATE (language) ON people TO countersign_app;
GRANT UPDATE (language) ON chat_identities TO countersign_app;
