//! The sweep: field by field, the list of rules that hold in each elementary interval.
//!
//! A list is what remains of the rules once the upper fields are fixed, in order, without rules
//! that repeat an earlier one's remaining fields and without those after one that has no remaining
//! limit. What a list makes depends only on its rules' remaining fields and numbers: that is the key
//! under which its diagram, and which of its places decide some packet, are remembered. Hits compare
//! whole keys: no result rests on a hash.

use std::hash::Hasher as _;

use hashbrown::{HashMap, HashTable};
use rustc_hash::{FxBuildHasher, FxHasher};

use super::table::{Rules, Table};
use crate::arena::{Arena, Cut, Level, Ref};
use crate::budget::Error;
use crate::header::Family;

/// The decision of the rules; marks those that decide some packet.
pub(crate) fn compile(
    arena: &mut Arena,
    rules: &Rules,
    mut reached: Option<&mut [bool]>,
) -> Result<Ref, Error> {
    let mut roots = [Ref::NONE; 2];
    for ((table, root), family) in rules.tables.iter().zip(&mut roots).zip(Family::ALL) {
        let mut job = Job::new(table, family, arena);
        *root = job.run()?;
        if let Some(reached) = reached.as_deref_mut() {
            for (place, rule) in job.places.iter().zip(0_u32..) {
                reached[table.rule[rule as usize] as usize] |= place.decides;
            }
        }
    }
    let [v4, v6] = roots;
    let base = arena.begin::<u32>();
    arena.push::<u32>(base, 0, v4);
    arena.push::<u32>(base, 1, v6);
    arena.finish::<u32>(Level::FAMILY, base)
}

/// A rule in a list.
#[derive(Clone, Copy)]
struct Place {
    rule: u32,
    /// Its place in the list that this list was taken from.
    origin: u32,
    /// Whether it decides some packet.
    decides: bool,
}

/// What became of a list.
struct Known {
    hash: u64,
    key: usize,
    len: u32,
    depth: u8,
    root: Ref,
    /// Where in `decisive` the places that decide some packet are listed.
    decisive: (usize, u32),
}

struct Job<'a> {
    table: &'a Table,
    family: Family,
    arena: &'a mut Arena,
    /// The lists from the root down to the one being worked on, one after the other.
    places: Vec<Place>,
    keys: Vec<u64>,
    known: HashTable<Known>,
    decisive: Vec<u32>,
    /// For dropping repetitions: the last list in which a shape was seen.
    seen: [Vec<u32>; 5],
    list: u32,
}

impl<'a> Job<'a> {
    fn new(table: &'a Table, family: Family, arena: &'a mut Arena) -> Self {
        let count = |depth: usize| {
            table.shapes[depth].iter().max().map_or(0, |last| *last as usize + 1)
        };
        Self {
            table,
            family,
            arena,
            places: Vec::new(),
            keys: Vec::new(),
            known: HashTable::new(),
            decisive: Vec::new(),
            seen: [0, 1, 2, 3, 4].map(|depth| vec![0; count(depth)]),
            list: 0,
        }
    }

    fn run(&mut self) -> Result<Ref, Error> {
        let all = 0..self.table.rule.len() as u32;
        self.places.extend(all.map(|rule| Place { rule, origin: rule, decides: false }));
        if self.places.is_empty() {
            return Ok(Ref::NONE);
        }
        let base = self.places.len();
        self.list += 1;
        for rule in 0..base {
            if self.add(0, rule as u32, rule as u32) {
                break;
            }
        }
        let root = self.build(0, base)?;
        self.leave(base, 0);
        Ok(root)
    }

    /// Adds a rule to the list being made for `depth`, unless it repeats one; whether the list is
    /// complete with it.
    fn add(&mut self, depth: usize, rule: u32, origin: u32) -> bool {
        let seen = &mut self.seen[depth][self.table.shapes[depth][rule as usize] as usize];
        if *seen == self.list {
            return false;
        }
        *seen = self.list;
        self.places.push(Place { rule, origin, decides: false });
        usize::from(self.table.free_from[rule as usize]) <= depth
    }

    /// Drops the list from `base` on, telling the list before it what decides.
    fn leave(&mut self, base: usize, parent: usize) {
        for at in base..self.places.len() {
            let place = self.places[at];
            self.places[parent + place.origin as usize].decides |= place.decides;
        }
        self.places.truncate(base);
    }

    /// The diagram of the list from `base` on; marks its places that decide.
    fn build(&mut self, depth: usize, base: usize) -> Result<Ref, Error> {
        let Some(first) = self.places.get_mut(base) else { return Ok(Ref::NONE) };
        let rule = first.rule as usize;
        if usize::from(self.table.free_from[rule]) <= depth {
            first.decides = true;
            return Ok(self.arena.leaf(self.table.value[rule]));
        }
        let len = self.places.len() - base;
        self.arena.spend(len)?;
        let key = self.keys.len();
        let mut hasher = FxHasher::default();
        for place in &self.places[base..] {
            let rule = place.rule as usize;
            let word = u64::from(self.table.shapes[depth][rule]) << 32
                | u64::from(self.table.value[rule]);
            self.keys.push(word);
            hasher.write_u64(word);
        }
        let hash = hasher.finish();
        let same = |known: &Known| {
            known.hash == hash
                && usize::from(known.depth) == depth
                && self.keys[known.key..known.key + known.len as usize] == self.keys[key..]
        };
        if let Some(known) = self.known.find(hash, same) {
            self.keys.truncate(key);
            let (from, count) = known.decisive;
            for place in &self.decisive[from..from + count as usize] {
                self.places[base + *place as usize].decides = true;
            }
            return Ok(known.root);
        }
        let level = self.arena.level(depth as u8 + 1, self.family);
        let root = if level.wide {
            self.sweep::<u128>(depth, level, base, len)?
        } else {
            self.sweep::<u32>(depth, level, base, len)?
        };
        let from = self.decisive.len();
        let places = self.places[base..base + len].iter().zip(0_u32..);
        self.decisive.extend(places.filter(|(place, _)| place.decides).map(|(_, at)| at));
        let known = Known {
            hash,
            key,
            len: len as u32,
            depth: depth as u8,
            root,
            decisive: (from, (self.decisive.len() - from) as u32),
        };
        self.known.insert_unique(hash, known, |known| known.hash);
        if self.keys.len() as u64 > self.arena.budget().nodes.saturating_mul(4) {
            return Err(Error::OutOfNodes { limit: self.arena.budget().nodes });
        }
        Ok(root)
    }

    fn sweep<C: Cut>(
        &mut self,
        depth: usize,
        level: Level,
        base: usize,
        len: usize,
    ) -> Result<Ref, Error> {
        let table = self.table;
        let starts = &table.starts[depth];
        let ranks = starts.len() as u32;
        let mut active = Active::new(len);
        let mut events: Vec<(u32, u32)> = Vec::new();
        for (place, at) in self.places[base..].iter().zip(0_u32..) {
            let (from, to) = table.spans[depth][place.rule as usize];
            if from == 0 {
                active.toggle(at);
            } else {
                events.push((from, at));
            }
            if to < ranks {
                events.push((to, at));
            }
        }
        events.sort_unstable();
        let mut results = Results::default();
        let draft = self.arena.begin::<C>();
        let mut events = events.into_iter().peekable();
        loop {
            let child = match results.find(&active) {
                Some(child) => child,
                None => {
                    let child = self.child(depth + 1, base, &active);
                    let child = match child {
                        Ok(child) => child,
                        Err(error) => {
                            C::draft(self.arena).truncate(draft);
                            return Err(error);
                        }
                    };
                    if len > 8 {
                        results.add(&active, child);
                    }
                    child
                }
            };
            let Some(&(rank, _)) = events.peek() else {
                self.arena.push(draft, C::END, child);
                return self.arena.finish::<C>(level, draft);
            };
            self.arena.push(draft, C::of(starts[rank as usize] - 1), child);
            while let Some((_, at)) = events.next_if(|event| event.0 == rank) {
                active.toggle(at);
            }
        }
    }

    /// The diagram of the rules that are active, at the next depth.
    fn child(&mut self, depth: usize, base: usize, active: &Active) -> Result<Ref, Error> {
        if depth == 5 {
            let Some(first) = active.first() else { return Ok(Ref::NONE) };
            let place = &mut self.places[base + first as usize];
            place.decides = true;
            return Ok(self.arena.leaf(self.table.value[place.rule as usize]));
        }
        let from = self.places.len();
        self.list += 1;
        let mut looked = active.words.len();
        for at in active.iter() {
            looked += 1;
            let rule = self.places[base + at as usize].rule;
            if self.add(depth, rule, at) {
                break;
            }
        }
        self.arena.spend(looked)?;
        let root = self.build(depth, from)?;
        self.leave(from, base);
        Ok(root)
    }
}

/// Which places of a list hold in the current interval.
struct Active {
    words: Vec<u64>,
    print: u64,
}

impl Active {
    fn new(len: usize) -> Self {
        Self { words: vec![0; len.div_ceil(64)], print: 0 }
    }

    fn toggle(&mut self, at: u32) {
        self.words[at as usize / 64] ^= 1 << (at % 64);
        self.print ^= mix(at);
    }

    fn first(&self) -> Option<u32> {
        self.iter().next()
    }

    fn iter(&self) -> impl Iterator<Item = u32> {
        self.words.iter().zip(0_u32..).flat_map(|(word, index)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = rest.trailing_zeros();
                (rest != 0).then(|| {
                    rest &= rest - 1;
                    index * 64 + bit
                })
            })
        })
    }
}

/// A fixed scattering of small numbers (the finaliser of `SplitMix64`).
fn mix(value: u32) -> u64 {
    let mut z = u64::from(value).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The children already made in one sweep, by what was active; compared whole.
#[derive(Default)]
struct Results {
    known: HashMap<u64, (usize, Ref), FxBuildHasher>,
    words: Vec<u64>,
}

impl Results {
    fn find(&self, active: &Active) -> Option<Ref> {
        let (at, child) = *self.known.get(&active.print)?;
        (self.words[at..at + active.words.len()] == active.words[..]).then_some(child)
    }

    fn add(&mut self, active: &Active, child: Ref) {
        self.known.insert(active.print, (self.words.len(), child));
        self.words.extend_from_slice(&active.words);
    }
}
