export const backfillDescription =
  'record past blocks; what is stored already is skipped, so a stopped run is resumed by running it again';
