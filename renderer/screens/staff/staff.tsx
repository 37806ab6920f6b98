import { Header } from '../../shell/header.tsx';
import { useWords } from '../../words/index.ts';

export function Staff() {
  const { w } = useWords();
  return <Header title={w.staff.title} />;
}
