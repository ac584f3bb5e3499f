import { createRequire } from 'node:module';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

export type FilesystemServer = {
  /** Every tool the server offers, and whether it says of itself that it only reads. */
  tools: ReadonlyMap<string, { readOnly: boolean }>;
  /** Rejects when the server reports an error. */
  call(tool: string, input: Record<string, unknown>): Promise<string>;
  close(): Promise<void>;
};

/** Starts the reference MCP filesystem server over stdio, confined to one folder. */
export const startFilesystemServer = async (folder: string): Promise<FilesystemServer> => {
  const entry = createRequire(import.meta.url).resolve(
    '@modelcontextprotocol/server-filesystem/dist/index.js',
  );
  const client = new Client({ name: 'payments-builder', version: '1.0.0' });
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [entry, folder], stderr: 'ignore' }),
  );
  const { tools } = await client.listTools();
  return {
    tools: new Map(
      tools.map(({ name, annotations }) => [name, { readOnly: annotations?.readOnlyHint === true }]),
    ),
    call: async (tool, input) => {
      const { content, isError } = await client.callTool({ name: tool, arguments: input });
      const text = (Array.isArray(content) ? (content as { text?: string }[]) : [])
        .map((part) => part.text ?? '')
        .join('\n');
      if (isError === true) throw new Error(`${tool} failed: ${text}`);
      return text;
    },
    close: () => client.close(),
  };
};
