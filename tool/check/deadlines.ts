/** A path of the upstream whose headers come late, but in time, and whose body never ends. */
export const lateHeaders = '/stall?after=2';

/** When they come, in a check. */
export const lateHeadersMs = 300;

/** The deadline that step 7 asks for where the environment names none. */
export const defaultDeadlineMs = 1250;

/** What the quickest of some calls that ran into it may have taken: a timer may be a millisecond early, or late. */
export const byDefault = { fromMs: defaultDeadlineMs - 2, untilMs: 1.15 * defaultDeadlineMs };
