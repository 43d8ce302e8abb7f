//! Trees against the known vectors of Certificate Transparency and against the recursive
//! definitions of RFC 6962 section 2.1.

use proptest::prelude::*;
use yumen_ledger::{Frontier, Hash, Tree, verify_consistency, verify_inclusion};

use crate::logs::{Memory, unsigned};

/// `MTH` as it is written.
fn root(leaves: &[Vec<u8>]) -> Hash {
    match leaves {
        [] => Hash::empty(),
        [one] => Hash::of_leaf(one),
        many => {
            let (left, right) = many.split_at(split(many.len()));
            Hash::of_children(&root(left), &root(right))
        }
    }
}

fn split(length: usize) -> usize {
    let mut half = 1;
    while half * 2 < length {
        half *= 2;
    }
    half
}

/// `PATH` as it is written.
fn path(index: usize, leaves: &[Vec<u8>]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return vec![];
    }
    let (left, right) = leaves.split_at(split(leaves.len()));
    let (mut found, last) = if index < left.len() {
        (path(index, left), root(right))
    } else {
        (path(index - left.len(), right), root(left))
    };
    found.push(last);
    found
}

/// `SUBPROOF` as it is written.
fn subproof(old: usize, leaves: &[Vec<u8>], is_whole: bool) -> Vec<Hash> {
    if old == leaves.len() {
        return if is_whole { vec![] } else { vec![root(leaves)] };
    }
    let (left, right) = leaves.split_at(split(leaves.len()));
    let (mut found, last) = if old <= left.len() {
        (subproof(old, left, is_whole), root(right))
    } else {
        (subproof(old - left.len(), right, false), root(left))
    };
    found.push(last);
    found
}

fn hex(text: &str) -> Vec<u8> {
    let byte = |at| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(byte).collect()
}

fn hashes(texts: &[&str]) -> Vec<Hash> {
    texts
        .iter()
        .map(|text| Hash::from_hex(text).unwrap())
        .collect()
}

fn classic() -> Vec<Vec<u8>> {
    let leaves = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ];
    leaves.into_iter().map(hex).collect()
}

const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];
const NODE_01: &str = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7";
const NODE_23: &str = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e";
const NODE_47: &str = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4";
const LEAF_4: &str = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b";
const NODE_67: &str = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0";
const NODE_45: &str = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a";

fn tiles(leaves: &[Vec<u8>]) -> (Memory, Hash) {
    let size = leaves.len() as u64;
    let (memory, export) = unsigned(size, &|at| leaves[at as usize].clone());
    (memory, export.root())
}

#[test]
fn the_classic_tree() {
    let leaves = classic();
    let mut frontier = Frontier::new();
    for (size, expected) in ROOTS.iter().enumerate() {
        let expected = Hash::from_hex(expected).unwrap();
        assert_eq!(frontier.root(), expected);
        assert_eq!(root(&leaves[..size]), expected);
        assert_eq!(tiles(&leaves[..size]).1, expected);
        if let Some(leaf) = leaves.get(size) {
            frontier.append(Hash::of_leaf(leaf));
        }
    }
    for (index, size, expected) in [
        (0, 1, vec![]),
        (0, 8, vec![NODE_01, NODE_23, NODE_47]),
        (5, 8, vec![LEAF_4, NODE_67, ROOTS[4]]),
        (2, 3, vec![ROOTS[2]]),
        (1, 5, vec![ROOTS[1], NODE_23, LEAF_4]),
    ] {
        let (memory, top) = tiles(&leaves[..size as usize]);
        let found = Tree::new(&memory, size).inclusion(index).unwrap();
        assert_eq!(found, hashes(&expected));
        let leaf = Hash::of_leaf(&leaves[index as usize]);
        assert!(verify_inclusion(leaf, index, size, &found, top));
    }
    for (old, new, expected) in [
        (1, 1, vec![]),
        (1, 8, vec![NODE_01, NODE_23, NODE_47]),
        (6, 8, vec![NODE_45, NODE_67, ROOTS[4]]),
        (2, 5, vec![NODE_23, LEAF_4]),
    ] {
        let (memory, top) = tiles(&leaves[..new as usize]);
        let found = Tree::new(&memory, new).consistency(old).unwrap();
        assert_eq!(found, hashes(&expected));
        let old_root = root(&leaves[..old as usize]);
        assert!(verify_consistency(old, old_root, new, top, &found));
    }
}

/// Leaves that are all different.
fn leaves(count: usize) -> Vec<Vec<u8>> {
    (0..count as u32)
        .map(|number| number.to_be_bytes().to_vec())
        .collect()
}

/// Not a closure: rustc 1.95 lets one that changes its argument in place change the caller's
/// (rust-lang/rust#155241).
fn flipped(hash: Hash, bit: usize) -> Hash {
    let mut bytes = hash.0;
    bytes[bit / 8] ^= 1 << (bit % 8);
    Hash(bytes)
}

/// Sizes around what tiles are filled at are of more interest than others.
fn size() -> impl Strategy<Value = usize> {
    prop_oneof![1_usize..40, 250_usize..262, 500_usize..530, 1_usize..1500]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn proofs_from_tiles_are_those_of_the_definitions(
        count in size(), at in any::<prop::sample::Index>()
    ) {
        let leaves = leaves(count);
        let (memory, top) = tiles(&leaves);
        let size = count as u64;
        let mut tree = Tree::new(&memory, size);
        prop_assert_eq!(top, root(&leaves));
        prop_assert_eq!(tree.root().unwrap(), top);

        let mut frontier = Frontier::new();
        for leaf in &leaves {
            frontier.append(Hash::of_leaf(leaf));
        }
        prop_assert_eq!(frontier.root(), top);
        prop_assert_eq!(&tree.frontier().unwrap(), &frontier);
        let again = Frontier::from_parts(frontier.size(), frontier.peaks().to_vec());
        prop_assert_eq!(again, Some(frontier));

        let index = at.index(count);
        let inclusion = tree.inclusion(index as u64).unwrap();
        prop_assert_eq!(&inclusion, &path(index, &leaves));
        let leaf = Hash::of_leaf(&leaves[index]);
        prop_assert!(verify_inclusion(leaf, index as u64, size, &inclusion, top));

        let old = index + 1;
        let consistency = tree.consistency(old as u64).unwrap();
        prop_assert_eq!(&consistency, &subproof(old, &leaves, true));
        let old_root = root(&leaves[..old]);
        prop_assert!(verify_consistency(old as u64, old_root, size, top, &consistency));
    }

    #[test]
    fn a_changed_proof_proves_nothing(
        count in 2_usize..300,
        at in any::<prop::sample::Index>(),
        where_changed in any::<prop::sample::Index>(),
        bit in 0_usize..256,
    ) {
        let leaves = leaves(count);
        let (memory, top) = tiles(&leaves);
        let size = count as u64;
        let mut tree = Tree::new(&memory, size);
        let flip = |hash: Hash| flipped(hash, bit);

        let index = at.index(count) as u64;
        let leaf = Hash::of_leaf(&leaves[index as usize]);
        let inclusion = tree.inclusion(index).unwrap();
        let verifies = |leaf, index, size, path: &[Hash], top| {
            verify_inclusion(leaf, index, size, path, top)
        };
        prop_assert!(verifies(leaf, index, size, &inclusion, top));
        prop_assert!(!verifies(flip(leaf), index, size, &inclusion, top));
        prop_assert!(!verifies(leaf, index, size, &inclusion, flip(top)));
        prop_assert!(!verifies(leaf, index, size, &inclusion[1..], top));
        prop_assert!(!verifies(leaf, size, size, &inclusion, top));
        for other in (0..size).filter(|other| *other != index) {
            prop_assert!(!verifies(leaf, other, size, &inclusion, top));
        }
        let changed = where_changed.index(inclusion.len());
        let mut wrong = inclusion.clone();
        wrong[changed] = flip(wrong[changed]);
        prop_assert!(!verifies(leaf, index, size, &wrong, top));
        let longer: Vec<Hash> = inclusion.iter().copied().chain([top]).collect();
        prop_assert!(!verifies(leaf, index, size, &longer, top));

        let old = at.index(count - 1) as u64 + 1;
        let old_root = root(&leaves[..old as usize]);
        let consistency = tree.consistency(old).unwrap();
        prop_assert!(verify_consistency(old, old_root, size, top, &consistency));
        prop_assert!(!verify_consistency(old, flip(old_root), size, top, &consistency));
        prop_assert!(!verify_consistency(old, old_root, size, flip(top), &consistency));
        prop_assert!(!verify_consistency(old, old_root, size, top, &consistency[1..]));
        let changed = where_changed.index(consistency.len());
        let mut wrong = consistency.clone();
        wrong[changed] = flip(wrong[changed]);
        prop_assert!(!verify_consistency(old, old_root, size, top, &wrong));
        let longer: Vec<Hash> = consistency.iter().copied().chain([top]).collect();
        prop_assert!(!verify_consistency(old, old_root, size, top, &longer));
    }
}

#[test]
fn the_edges_of_consistency() {
    let (one, two) = (root(&leaves(1)), root(&leaves(2)));
    let empty = Hash::empty();
    assert!(verify_consistency(0, empty, 0, empty, &[]));
    assert!(verify_consistency(0, empty, 2, two, &[]));
    assert!(verify_consistency(2, two, 2, two, &[]));
    assert!(!verify_consistency(0, one, 2, two, &[]));
    assert!(!verify_consistency(0, empty, 0, one, &[]));
    assert!(!verify_consistency(0, empty, 2, two, &[one]));
    assert!(!verify_consistency(2, two, 2, one, &[]));
    assert!(!verify_consistency(2, two, 2, two, &[two]));
    assert!(!verify_consistency(2, two, 1, one, &[]));
    assert!(!verify_consistency(1, one, 2, two, &[]));
    assert!(!verify_inclusion(one, 0, 0, &[], empty));
    assert_eq!(Frontier::from_parts(3, vec![one]), None);
}

#[test]
fn what_is_not_in_the_tree_has_no_proof() {
    let (memory, _) = tiles(&leaves(300));
    let mut tree = Tree::new(&memory, 300);
    assert_eq!(
        tree.inclusion(300).unwrap_err().to_string(),
        "ledger-no-entry(entry=300, size=300)"
    );
    assert_eq!(
        tree.consistency(301).unwrap_err().to_string(),
        "ledger-proof-sizes(old=301, size=300)"
    );
    let mut nowhere = Tree::new(&memory, 301);
    assert_eq!(
        nowhere.root().unwrap_err().to_string(),
        "tile/0/001.p/45: ledger-file-unreadable(error=not there)"
    );
}
