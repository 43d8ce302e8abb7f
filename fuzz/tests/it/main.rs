//! Replays every seed of every fuzz target.

#[cfg(test)]
mod replay {
    use std::fs;
    use std::path::Path;

    #[test]
    fn seeds_of_all_targets() {
        for yumen_fuzz::Target { name, run: target } in yumen_fuzz::TARGETS {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("corpus")
                .join(name);
            let mut seeds: Vec<_> = fs::read_dir(&folder)
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .collect();
            seeds.sort();
            assert!(seeds.len() >= 5, "{name} has too few seeds");
            for seed in seeds {
                target(&fs::read(&seed).unwrap());
            }
        }
    }

    /// Damage at every byte of every seed: what a fuzzer tries first.
    #[test]
    fn damaged_seeds() {
        for yumen_fuzz::Target { name, run: target } in yumen_fuzz::TARGETS {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("corpus")
                .join(name);
            for entry in fs::read_dir(&folder).unwrap() {
                let seed = fs::read(entry.unwrap().path()).unwrap();
                let step = (seed.len() / 60).max(1);
                for position in (0..seed.len()).step_by(step) {
                    let mut damaged = seed.clone();
                    damaged[position] ^= 0x15;
                    target(&damaged);
                    target(&seed[..position]);
                }
            }
        }
    }
}
