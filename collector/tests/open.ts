// Stands in for sources/private.ts in the basic bundle.
export const isPrivate = () => false;
