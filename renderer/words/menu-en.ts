/** Words of the Menu screen: what is sold out today. */
export const menuEn = {
  menu: {
    title: 'Menu',
    counts: (soldOut: number) => (soldOut === 0 ? 'Nothing is sold out' : `${soldOut} sold out today`),
    none: 'This site sells nothing on the phone.',
    notYet: 'The payment server has not told what is on the menu yet.',
    offline: (ago: string) =>
      `No connection to the payment server: the menu is as it was ${ago}. What you mark is kept and sent later; until then phones go on offering it.`,
    find: 'Find an item',
    noMatch: 'No item has these letters in its name.',
    soldOut: 'Sold out today',
    markSoldOut: 'Sold out today',
    sellAgain: 'Sell again',
    until: (time: string) => `until ${time}`,
    doneSoldOut: (name: string) => `${name}: sold out today. Orders that are paid stay.`,
    doneSellAgain: (name: string) => `${name} can be ordered again.`,
    moreThanThisOrder: 'None left for anybody? Mark it as sold out today, too.',
    toMenu: 'To the menu',
  },
};
