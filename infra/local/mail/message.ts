import { z } from 'zod';

const address = z.object({
  // One address, not a list, and nothing that could end a header line.
  address: z.string().regex(/^[^\s<>,;:"()[\]\\@]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/),
  displayName: z.string().optional(),
});

const attachment = z.object({
  name: z.string().min(1),
  contentType: z.string().regex(/^[\w.+-]+\/[\w.+-]+(?:\s*;\s*[\w-]+=[\w.+"-]+)*$/),
  contentInBase64: z.base64(),
});

/** The body of `POST /emails:send`, api-version 2025-09-01. */
const emailMessage = z.object({
  senderAddress: z.string().min(1),
  headers: z.record(z.string().regex(/^[\w-]+$/), z.string().regex(/^[^\r\n]*$/)).optional(),
  content: z
    .object({ subject: z.string(), plainText: z.string().optional(), html: z.string().optional() })
    .refine((content) => Boolean(content.plainText ?? content.html), 'plainText or html is required'),
  recipients: z.object({
    to: z.array(address).min(1),
    cc: z.array(address).optional(),
    bcc: z.array(address).optional(),
  }),
  attachments: z.array(attachment).optional(),
  replyTo: z.array(address).optional(),
  userEngagementTrackingDisabled: z.boolean().optional(),
});

export type EmailAddress = z.infer<typeof address>;
export type EmailMessage = z.infer<typeof emailMessage>;

/** Azure's error body; `status` is the HTTP status it goes with. */
export type Refusal = {
  status: number;
  code: string;
  message: string;
  target?: string;
  details?: { code: string; message: string; target: string }[];
};

/** Every address the mail goes to, one entry each: named twice is sent twice. */
export const recipientsOf = (message: EmailMessage): string[] =>
  [...message.recipients.to, ...(message.recipients.cc ?? []), ...(message.recipients.bcc ?? [])].map(
    (one) => one.address,
  );

/**
 * Reads and checks a message against the published schema, the recipient limit, and the verified senders.
 * Azure lists no error codes for mail; those of senders and addresses are what its users report.
 */
export const parseMessage = (
  body: Buffer,
  rules: { senders: string[]; recipientLimit: number },
): { message: EmailMessage } | { refusal: Refusal } => {
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8'));
  } catch {
    return refuse(400, 'BadRequest', 'The request body is not JSON.');
  }
  const parsed = emailMessage.safeParse(json);
  if (!parsed.success) return { refusal: schemaRefusal(parsed.error) };
  const message = parsed.data;
  const count = recipientsOf(message).length;
  if (count > rules.recipientLimit) {
    return refuse(
      400,
      'BadRequest',
      `${count} recipients are over the limit of ${rules.recipientLimit}.`,
      'recipients',
    );
  }
  return senderRefusal(message.senderAddress, rules.senders) ?? { message };
};

const refuse = (status: number, code: string, message: string, target?: string): { refusal: Refusal } => ({
  refusal: { status, code, message, ...(target === undefined ? {} : { target }) },
});

const schemaRefusal = (error: z.ZodError): Refusal => {
  const details = error.issues.map((issue) => ({
    code: issue.path.at(-1) === 'address' ? 'InvalidEmailAddress' : 'InvalidValue',
    message: issue.message,
    target: issue.path.join('.'),
  }));
  const [first] = details;
  const code = first?.code === 'InvalidEmailAddress' ? first.code : 'BadRequest';
  const target = first?.target ?? '';
  return { status: 400, code, message: `The message is not valid at ${target}.`, target, details };
};

const senderRefusal = (sender: string, senders: string[]): { refusal: Refusal } | undefined => {
  const wanted = sender.toLowerCase();
  if (senders.some((one) => one.toLowerCase() === wanted)) return undefined;
  const sameDomain = senders.some((one) => domainOf(one) === domainOf(sender));
  return sameDomain
    ? refuse(400, 'InvalidSenderUserName', `${sender} is not a sender of its domain.`, 'senderAddress')
    : refuse(404, 'DomainNotLinked', 'The specified sender domain has not been linked.', 'senderAddress');
};

const domainOf = (one: string): string => one.slice(one.lastIndexOf('@') + 1).toLowerCase();
