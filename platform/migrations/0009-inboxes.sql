-- A person's inbox is a card as well: in Slack their App Home, in Teams a message in their chat with the app. Its copy is
-- about the person (subject = per_…) and shows one page; every other copy has no page.
ALTER TABLE card_copies ADD COLUMN page int CHECK (page BETWEEN 1 AND 1000);
CREATE INDEX card_copies_inboxes ON card_copies (tenant, person) WHERE page IS NOT NULL;
