# Why a store cannot be opened.
store-location = `{ $text }` names no store; write the path of a file, or `postgres://user@host/database`
store-missing = there is no store at `{ $location }` yet; `yumen version record` makes one, `--state` and YUMEN_STATE name another place
store-not-yumen = `{ $location }` holds something that is not a store of Yumen; give Yumen a file or a database (or a schema: `?options=-csearch_path%3Dyumen`) of its own
store-newer = the store has version { $found } and this program knows versions up to { $known }; use a newer Yumen
store-origin = the store holds the log `{ $found }`, not `{ $wanted }`; bring the folder `keys` of that log back beside its store, or open another store
# What the database says.
store-gone = the database cannot be reached ({ $error }); check that it runs and try again, what was acknowledged is safe
store-full = there is no room left ({ $error }); make room and try again, nothing was half written
store-locked = somebody else keeps the database locked ({ $error }); wait for the other program or end it, then try again
store-refused = the database refuses ({ $error }); check name, password and rights in `YUMEN_DATABASE_URL`
store-read-only = the store was opened for looking only; use a command that may write, and check the rights of the file
store-corrupted = the store is damaged: { $what }; keep a copy of it, run `yumen store check`, and restore the last backup to a new place
store-database = the database reports an error ({ $error }); run `yumen store check`
store-file = `{ $path }` cannot be read or written ({ $error }); check the path and its rights
# Appending and signing.
store-moved = somebody else was faster: the log has { $size } entries now; look at what is new and decide again
store-clock = the clock was turned back: it says { $at }, and the last entry was written at { $last }; put the clock right (NTP) and try again
store-fork = the log was already signed with { $signed } entries, and the database has { $size } or others; it is older than `{ $path }` says. Restore a newer backup; if there is none, begin a log of another origin and say so to everybody who holds a checkpoint. Do not delete that file
store-unsigned = the entries from { $first } on are recorded, but the checkpoint of { $size } entries could not be signed ({ $because }); do not repeat them, the next append signs it
store-name = `{ $name }` cannot be a name or a key here: it is empty or has control characters
store-signing = signing failed ({ $error }); check the key file
# Snapshots, leases, backups.
store-no-snapshot = there is no snapshot `{ $address }`; `yumen version list` shows those that are kept
store-held = `{ $name }` is held by { $holder } until { $until }; wait, or end that program
store-lease-lost = `{ $name }` was taken over by another program; this one stops working
store-not-a-backup = `{ $path }` is no backup of a store; `yumen store backup` writes one
store-bad-backup = the backup `{ $path }` is damaged ({ $what }); the store was left as it was, use another backup
store-other-export = `{ $path }` holds something that is no export of this log; choose another folder
# Key files.
store-key-open = others may read the key file `{ $path }`; run `chmod 600` on it, and change the keys if somebody may have read it
store-key-file = `{ $path }` is no key file; it must hold an Ed25519 and an ML-DSA-44 key as PKCS#8 in PEM
store-passphrase = the passphrase of `{ $path }` is wrong, or the file is damaged
store-no-passphrase = the key file `{ $path }` is encrypted; put its passphrase into YUMEN_KEY_PASSPHRASE
store-exists = `{ $path }` is already there; move it away or choose another name
# What a check finds.
store-check-database = the database finds its file damaged: { $said }
store-check-missing = entry { $entry } is missing
store-check-time = entry { $entry } is older than the one before it
store-check-entry = entry { $entry } cannot be read
store-check-hash = entry { $entry } is not the one that is in the tree
store-check-end = size, time or hashes at the end of the log do not fit the entries; `yumen store rebuild` computes them again
store-check-beyond = there are entries behind the end of the log, which has { $size }
store-check-tree = the tiles do not give the root of the entries; `yumen store rebuild` computes them again
store-check-checkpoint = the checkpoint of { $size } entries does not fit the entries
store-check-index = the index has { $found } keys, and the entries have { $expected } or others; `yumen store rebuild` makes it again
store-check-blob = the content { $hash } is not what its name says
store-check-snapshot = the snapshot `{ $address }` cannot be put together: { $what }
store-check-damaged = the log cannot be read to its end: { $what }
