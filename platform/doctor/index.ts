export { examineCompany, examineForwarding, examinePeople } from './company.ts';
export { examineEnvironment } from './environment.ts';
export { CLOCK_APART_MS, codeOf, note, ok, placeOf, skipped, wrong, type Finding } from './finding.ts';
export { examineModel } from './model.ts';
export { openPlaces, type Places } from './places.ts';
export { examinePostgres } from './postgres.ts';
export { examineRedis } from './redis.ts';
export { examineTemporal } from './temporal.ts';
export { FOUND, LINES } from './words.ts';
