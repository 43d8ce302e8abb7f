# What is said of files that users write.
config-toml = not valid TOML: { $error }; correct it and try again
config-type = `{ $key }` has another form: expected { $expected }
config-missing = `{ $key }` is missing here; add it
config-range = `{ $key }` has to be a number from { $from } to { $to }
config-unknown-key = `{ $key }` is no known key here; nearest: `{ $nearest }`
config-word = `{ $value }` is no known value of `{ $key }`; nearest: `{ $nearest }`
