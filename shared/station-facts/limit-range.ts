/** No jack is heard louder, and no receiver hears anything fainter: such a limit would shut every car out, or none. */
export const limitRange = { loudestDbm: -20, faintestDbm: -127 } as const;
