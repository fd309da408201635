import { createServer } from 'node:http';
import pg from 'pg';

/** The row that every peer's approval ends in. */
export const pool = new pg.Pool({ connectionString: process.env.PEER_DATABASE_URL, max: 16 });
export const writeRow = (id) =>
  pool.query({
    name: 'done',
    text: 'INSERT INTO done (id) VALUES ($1) ON CONFLICT DO NOTHING',
    values: [id],
  });

/**
 * `POST /ask?id=` opens an approval that waits for a person, `POST /sign?id=` signs it: a click without a signature to
 * check, a person to know or a card to edit. Says where it listens, and ends with its process.
 */
export function serve({ ask, sign }) {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://peer');
    const work = { '/ask': ask, '/sign': sign }[pathname];
    request.resume();
    Promise.resolve(work?.(searchParams.get('id'))).then(
      () => response.writeHead(work ? 200 : 404).end(),
      (error) => {
        console.error(error);
        response.writeHead(500).end();
      },
    );
  });
  server.listen(0, '127.0.0.1', () => console.log(`the peer listens on ${server.address().port}`));
}
