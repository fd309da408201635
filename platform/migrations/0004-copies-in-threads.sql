-- A copy may hang in the thread of another message: a question is asked under the card that it is about.
ALTER TABLE card_copies ADD COLUMN thread text;
