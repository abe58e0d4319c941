import type { FastifyInstance } from 'fastify';
import type { Kind } from '../photos/kind.ts';
import { kindOf, LARGEST_PHOTO, typeOfKey } from '../photos/kind.ts';
import { Refusal } from '../refusal.ts';
import type { Parts } from '../server.ts';
import { employeeNamed, field } from './input.ts';

const FILE = /^[0-9a-f-]{36}\.(jpg|png|webp)$/;

/** How often a photo is put to an entry that others change at the same time. */
const ATTEMPTS = 5;

export function photoRoutes(app: FastifyInstance, parts: Parts): void {
  app.get('/photos/:file', async (request, reply) => {
    const file = field(request.params, 'file');
    const photo = FILE.test(file) ? await parts.photos.get(`photos/${file}`) : undefined;
    if (photo === undefined) throw new Refusal(404, 'There is no such photo', 'It may have been replaced.');
    if (photo.bytes !== undefined) void reply.header('content-length', photo.bytes);
    return reply
      .type(typeOfKey(file))
      .header('cache-control', 'private, max-age=31536000, immutable')
      .send(photo.body);
  });

  app.post('/employees/:id/photo', async (request, reply) => {
    const { id } = await employeeNamed(parts.employees, request.params);
    const upload = request.isMultipart() ? await request.file() : undefined;
    const { bytes, kind } = photoIn(await upload?.toBuffer());
    await replacePhoto(parts, id, await parts.photos.put(bytes, kind));
    return reply.redirect(`/employees/${id}`, 303);
  });
}

/** @throws Refusal for what is no photo */
function photoIn(bytes: Buffer | undefined): { bytes: Buffer; kind: Kind } {
  if (bytes === undefined || bytes.length === 0)
    throw new Refusal(400, 'No photo was chosen', 'Choose a file, then upload it.');
  const kind = kindOf(bytes);
  if (kind === undefined)
    throw new Refusal(
      415,
      'This file is no photo that can be shown here',
      `Upload a JPEG, PNG or WebP file of at most ${LARGEST_PHOTO / 1024 / 1024} MB.`,
    );
  return { bytes, kind };
}

/** Whoever edits the entry at the same time keeps what they write: the photo is put to whatever is there. */
async function replacePhoto({ employees, photos }: Parts, id: string, photo: string): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const employee = await employeeNamed(employees, { id });
    if (!(await employees.change(employee, { ...employee, photo, version: employee.version + 1 }))) continue;
    if (employee.photo !== undefined) await photos.remove(employee.photo);
    return;
  }
  await photos.remove(photo);
  throw new Refusal(409, 'The entry is being changed by others', 'Wait a moment and upload the photo again.');
}
