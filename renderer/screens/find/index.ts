export { FindButton } from './find-car.tsx';
export { useFinder } from './use-finder.tsx';
