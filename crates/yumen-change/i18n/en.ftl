# What is said of edits in a file.
edits-form = `{ $path }` has another form: expected { $expected }
edits-missing = `{ $path }` lacks `{ $key }`; add it
edits-unknown-key = `{ $path }` has no `{ $key }`; nearest: `{ $nearest }`
edits-word = `{ $value }` is no known value of `{ $path }`; nearest: `{ $nearest }`
edits-range = `{ $path }` has to be a whole number from { $from } to { $to }
edits-value = `{ $value }` is no value of `{ $path }`; write it like `{ $example }`
edits-schema = this is not schema `{ $expected }`; write `"schema": "{ $expected }"`, or use the version of Yumen that wrote it
edits-json = not valid JSON: found `{ $found }`, expected one of: { $expected }
edits-json-end = not valid JSON: the file ends too early, expected one of: { $expected }
edits-json-number = `{ $value }` is no whole number; edits need no others
edits-json-twice = the key `{ $key }` stands here twice; remove one
edits-json-deep = this is nested too deeply to be edits; nest it less
edits-json-surrogate = `\u` stands for half a character here; write the character itself

# What the guard says about drift.
guard-widened = it opens packets that nobody approved
guard-asks = it breaks a mandatory item; this environment is set to ask first
guard-no-way-back = no edit takes exactly this back; a person has to look at once
guard-would-cut = taking it back would cut a service that is declared: `{ $intent }`
guard-would-open = taking it back would open something else; a person has to look at once
guard-insists = the same was taken back within { $hours } hours and somebody did it again; talk to them first
guard-brake = { $number } reverts within one hour; the brake is on until a person looks
