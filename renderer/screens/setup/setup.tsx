import { Header } from '../../shell/header.tsx';
import { useWords } from '../../words/index.ts';

export function Setup() {
  const { w } = useWords();
  return <Header title={w.setup.title} />;
}
