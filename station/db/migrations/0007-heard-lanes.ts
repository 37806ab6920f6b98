/** JSON array: the lanes the radio named before staff said where the car stands; of visits before this nothing is known. */
export const heardLanes = `
ALTER TABLE visits ADD COLUMN heard_lanes TEXT NOT NULL DEFAULT '[]';
`;
