/** Where groups that give roles are kept, and so who has to be asked for them. */
export type Directory = 'entra' | 'slack';
