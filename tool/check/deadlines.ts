/** A path of the upstream whose headers come late, but in time, and whose body never ends. */
export const lateHeaders = '/stall?after=2';

/** When they come, in a check. */
export const lateHeadersMs = 300;
