# Entries
ledger-at-entry = entry { $entry }
ledger-entry-too-large = the entry has { $length } bytes, at most { $most } are possible; put the content into a blob and name its SHA-256 in the entry
ledger-entry-table = this is no entry: a table with `at`, `body`, `by`, `kind` and `v` is expected; take the file from a copy
ledger-entry-version = version `{ $version }` of the entry is not known; use a newer Yumen
ledger-entry-field = the field `{ $field }` of the entry is missing or has a value that it cannot have; take the file from a copy
ledger-entry-extra = the entry has a field `{ $field }` that this version does not have; take the file from a copy, or use a newer Yumen
ledger-value-canonical = byte { $offset } of the entry is not canonical JSON (RFC 8785, whole numbers only); take the file from a copy
ledger-value-number = the number { $number } is beyond ±(2^53 − 1); write it as text
ledger-value-name = the name of a value is not ASCII; choose another
ledger-value-depth = values are nested too deeply; put them side by side
ledger-no-entry = there is no entry { $entry } in a log of { $size }; give a smaller number

# Files of a log
ledger-file-missing = the file is missing; take it from a copy of the log
ledger-file-unreadable = the file cannot be read ({ $error }); check it and your permissions
ledger-file-extra = the file does not belong to a log of this size; take it away, and find out who put it there
ledger-file-changed = the file is not any more what was verified; verify the log again
ledger-list-unreadable = the files cannot be listed ({ $error }); check your permissions
ledger-blob-differs = the content is not what the name of the blob says; take it from a copy of the log
ledger-tile-none = the tree has no such tile; check the size that was asked for
ledger-tile-length = the tile has { $length } bytes where { $expected } are expected; take it from a copy of the log
ledger-tile-differs = the hash at byte { $offset } is not that of the entries from { $entry } on: the file was changed; compare it with a copy of the log
ledger-entry-differs = the hash at byte { $offset } is not that of entry { $entry }: this tile or the file of the entry was changed; compare both with a copy of the log
ledger-bundle-ends = the file ends in the entry at byte { $offset }, { $missing } entries are missing; take it from a copy of the log
ledger-bundle-longer = the file goes on at byte { $offset } behind its last entry; take it from a copy of the log
ledger-root-differs = the entries have the root `{ $computed }`, but `{ $root }` was signed: the log was rewritten; compare it with a copy
ledger-time-back = entry { $entry } (byte { $offset }) has the time { $time }, but { $before } came before it: times never go back; compare the log with a copy

# Signed notes and checkpoints
ledger-note-utf8 = byte { $offset } of the note is not UTF-8; get the note again
ledger-note-control = byte { $offset } of the note is a control character; get the note again
ledger-note-text = the text of a note has to end in a newline; add one
ledger-note-unsigned = the note has no signatures; get it from whoever signed it
ledger-note-end = the note does not end in a newline: it was cut off; get it again
ledger-note-line = this is no signature line (`— name Base64`); get the note again
ledger-note-too-large = the note is larger than 1 MiB or has more than 100 signatures; take away signatures that nobody needs
ledger-checkpoint-line = the line with the { $field } of the checkpoint is missing or wrong; get the checkpoint again
ledger-checkpoint-write = the origin and the extension lines of a checkpoint have to be lines of text; choose another origin
ledger-checkpoint-extensions = the checkpoint has extension lines, which Yumen never writes and not every signature covers; get the checkpoint again

# Keys and signatures
ledger-key-name = `{ $name }` cannot be the name of a key: it is empty, or has a space, a control character or `+`; choose another
ledger-key-invalid = these bytes are no public key of that type; copy the key again
ledger-key-vkey = this is no key of the form `name+id+Base64`; copy the key again
ledger-key-type = keys of type `{ $type }` are not known; 0x01 (Ed25519), 0x04 (Ed25519 cosignature) and 0x06 (ML-DSA-44) are
ledger-key-id = the id `{ $id }` does not belong to this key, which has `{ $expected }`; copy the key again
ledger-sign-key = the key `{ $name }` cannot sign ({ $error }); check where it is kept
ledger-sign-message = the key `{ $name }` cannot sign this: the type of the key does not fit, or a name, an origin or a time is too long; choose a shorter one or another key
ledger-signature-wrong = the signature of `{ $name }` is wrong: the note was changed, or this is not the key that signed it; get the note and the key again
ledger-signature-missing = the key `{ $name }` (`{ $id }`) has not signed; get the checkpoint again, or name the key that did
ledger-signature-none = none of the signatures is by an expected key; check whom you asked
ledger-trust-origin = the checkpoint is of the log `{ $origin }`, the key is of `{ $name }`; name the key of this log
ledger-trust-nobody = nobody is named whose signature would count; name the keys of the log, or a policy that does

# What was known before
ledger-known-origin = the checkpoint is of the log `{ $origin }`, the one seen before of `{ $known }`; compare checkpoints of the same log
ledger-known-back = the log has { $size } entries, but had { $known } before: it was turned back; compare it with a copy
ledger-known-fork = the first { $size } entries have the root `{ $computed }`, but `{ $root }` was seen before: history was rewritten; compare the log with a copy

# Proofs
ledger-proof-header = the first line is not `c2sp.org/tlog-proof@v1`: this is no proof; give the proof file
ledger-proof-line = this line does not belong into a proof; get the proof again
ledger-proof-long = the proof has more lines than any tree is high; get the proof again
ledger-proof-no-checkpoint = the proof has no checkpoint after an empty line; get the proof again
ledger-proof-wrong = the proof does not lead from this entry to the root: entry { $entry } of { $size } is another one, or the proof was changed; check which entry it is for
ledger-proof-sizes = a log of { $size } entries cannot continue one of { $old }; swap the two

# Policies
ledger-policy-end = the last line does not end in a newline: the policy may be cut off; complete it
ledger-policy-no-quorum = the policy has no `quorum` line; add one, such as `quorum none`
ledger-policy-quorum-twice = there is a `quorum` line already; take one away
ledger-policy-control = the line has a control character; take it away
ledger-policy-line = this is no complete line beginning with `log`, `witness`, `group` or `quorum`: `{ $word }`; correct it
ledger-policy-witness-key = the key of the witness `{ $name }` does not make cosignatures; give its key of type 0x04 or 0x06
ledger-policy-key-twice = the key of `{ $name }` is listed already; take one away
ledger-policy-name-taken = the name `{ $name }` is taken; choose another
ledger-policy-undefined = `{ $name }` is not defined above this line; define it first
ledger-policy-member-twice = `{ $name }` is a member of a group already; each name counts in one group only
ledger-policy-threshold = `{ $needed }` of { $members } members is not possible; write `all`, `any` or a number in between
ledger-policy-log = no log of the policy has signed the checkpoint of `{ $origin }`; check policy and checkpoint
ledger-policy-quorum = the quorum `{ $quorum }` is not reached: { $counted } witnesses have cosigned ({ $names }), these have not: { $missing }; ask them for cosignatures
ledger-policy-ahead = the quorum `{ $quorum }` is not reached: { $counted } witnesses have cosigned ({ $names }), these have not: { $missing }, and these did at a time to come: { $ahead }; check the clocks

# Witness
ledger-request-line = the request is not `old` and a size, hashes, an empty line and a checkpoint; correct the client
ledger-witness-unknown-log = this log is not watched here; add it to the witness first
ledger-witness-untrusted = no trusted key of the log has signed the checkpoint; give the witness the key
ledger-witness-old-larger = the checkpoint is smaller than the old size in the request; send the sizes the other way round
ledger-witness-conflict = the last checkpoint cosigned here has { $size } entries; send a proof from there
ledger-witness-fork = the checkpoint has another root than the one of { $size } entries that was cosigned: the log shows two histories; find out why before anything else
ledger-witness-bad-proof = the log does not continue what was cosigned before: the proof does not hold; check the log
ledger-witness-not-kept = the checkpoint could not be kept, so it was not cosigned ({ $error }); check the disk
