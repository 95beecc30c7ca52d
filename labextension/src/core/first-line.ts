/** How the first line of an agent's cell begins. */
export const beginsAgentCell = (line: string): boolean => /^\s*%%agent\b/.test(line);
