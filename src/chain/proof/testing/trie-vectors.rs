//! Makes `trie-vectors.json`: proofs as Parity's own `sp-trie` records them while it reads keys that are there and keys that are not,
//! of tries in both layouts of state. `nodes` are those of all proofs of a trie, `proof` names them by position.
//!
//! Cargo.toml: sp-trie = "=38.0.0", sp-core = "=35.0.0" (both without default features, with "std"), serde_json = "1", hex = "0.4"
//! cargo run --release > trie-vectors.json

use serde_json::{json, Value};
use sp_core::Blake2Hasher;
use sp_trie::{recorder::Recorder, LayoutV0, LayoutV1, MemoryDB, Trie, TrieDBBuilder, TrieDBMutBuilder, TrieMut};
type Entries = Vec<(Vec<u8>, Vec<u8>)>;
macro_rules! proofs { ($layout:ty, $name:expr, $entries:expr, $ask:expr) => {{
    let mut db = MemoryDB::<Blake2Hasher>::default();
    let mut root = Default::default();
    { let mut trie = TrieDBMutBuilder::<$layout>::new(&mut db, &mut root).build();
      for (key, value) in $entries.iter() { trie.insert(key, value).unwrap(); } trie.commit(); }
    let mut all: Vec<String> = vec![];
    let asks: Vec<Value> = $ask.iter().map(|key| {
        let recorder = Recorder::<Blake2Hasher>::default();
        let value = { let mut tr = recorder.as_trie_recorder(root);
            let trie = TrieDBBuilder::<$layout>::new(&db, &root).with_recorder(&mut tr).build();
            trie.get(key).unwrap() };
        let nodes: Vec<usize> = recorder.drain_storage_proof().into_nodes().iter().map(|n| at(&mut all, hx(n))).collect();
        json!({"key": hx(key), "value": value.map(|v| hx(&v)), "proof": nodes})
    }).collect();
    json!({"layout": stringify!($layout).trim_end_matches("<Blake2Hasher>"), "name": $name, "root": hx(root.as_bytes()), "nodes": all, "asks": asks})
}}}
fn at(all: &mut Vec<String>, node: String) -> usize {
    all.iter().position(|n| *n == node).unwrap_or_else(|| {
        all.push(node);
        all.len() - 1
    })
}
fn hx(b: &[u8]) -> String {
    format!("0x{}", hex::encode(b))
}
fn fill(len: usize, salt: u8) -> Vec<u8> {
    (0..len)
        .map(|i| (i as u8).wrapping_mul(31).wrapping_add(salt))
        .collect()
}
fn keys_of(e: &Entries) -> Vec<Vec<u8>> {
    e.iter().map(|(k, _)| k.clone()).collect()
}
fn with(mut keys: Vec<Vec<u8>>, more: &[&[u8]]) -> Vec<Vec<u8>> {
    keys.extend(more.iter().map(|k| k.to_vec()));
    keys
}
fn main() {
    let none: Entries = vec![];
    let one: Entries = vec![(vec![0xab, 0xcd], fill(7, 1))];
    let one_long: Entries = vec![(fill(40, 3), fill(100, 2))];
    // Tiny nodes lie inside their parents; keys are prefixes of each other; the empty key and the empty value are there too.
    let tiny: Entries = vec![
        (vec![], vec![9]),
        (vec![1], vec![1]),
        (vec![1, 2], vec![]),
        (vec![1, 3], vec![3]),
        (vec![1, 3, 0x40], vec![4, 4]),
        (vec![0x10], vec![5]),
        (vec![0xff, 0xff], vec![6; 31]),
    ];
    // Values around the bound of hashing (32, 33), under branches and leaves.
    let sizes: Entries = [0usize, 1, 31, 32, 33, 34, 64, 300]
        .iter()
        .enumerate()
        .map(|(i, n)| (vec![0xaa, i as u8 * 17], fill(*n, i as u8)))
        .chain([(vec![0xaa], fill(40, 77))])
        .collect();
    // Partial keys of every header length: up to and beyond 15, 31, 63 nibbles and one, two bytes of 255 more.
    let mut partials: Entries = vec![];
    for (i, n) in [1usize, 7, 8, 15, 16, 31, 32, 150, 160, 300].iter().enumerate() {
        let mut base = vec![i as u8 * 16];
        base.extend(fill(*n, 5));
        partials.push((base.clone(), fill(if i % 2 == 0 { 3 } else { 50 }, i as u8)));
        let mut a = base.clone();
        a.extend([0x11, 0x22]);
        partials.push((a, fill(if i % 3 == 0 { 2 } else { 60 }, 9)));
        let mut b = base.clone();
        b.extend([0x12]);
        partials.push((b, fill(4, 8)));
    }
    for (i, n) in [8usize, 40, 200].iter().enumerate() {
        for end in [0x11u8, 0x71, 0x72] {
            let mut key = vec![0xf0 + i as u8];
            key.extend(fill(*n, 6));
            key.push(end);
            partials.push((key, fill(35 + i, end)));
        }
    }
    // Pseudo-random keys as the state has them: 32 bytes of prefix shared by many.
    let mut x: u64 = 42;
    let mut next = || {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        x
    };
    let mut state: Entries = vec![];
    for i in 0..48u8 {
        let mut k = fill(32, i % 3);
        k.extend(next().to_le_bytes());
        k.extend(next().to_le_bytes());
        let n = (next() % 80) as usize;
        state.push((k, fill(n, i)));
    }
    let absent: Vec<u8> = {
        let mut k = fill(32, 1);
        k.extend([0u8; 16]);
        k
    };
    let cases: Vec<(&str, &Entries, Vec<Vec<u8>>)> = vec![
        ("none", &none, vec![vec![], vec![1]]),
        (
            "one",
            &one,
            with(keys_of(&one), &[&[], &[0xab], &[0xab, 0xcd, 0], &[0xab, 0xce], &[0xbb]]),
        ),
        ("one-long", &one_long, with(keys_of(&one_long), &[&fill(39, 3)])),
        (
            "tiny",
            &tiny,
            with(
                keys_of(&tiny),
                &[&[1, 4], &[1, 3, 0x41], &[1, 3, 0x40, 0], &[0xff], &[0x11], &[2]],
            ),
        ),
        ("sizes", &sizes, with(keys_of(&sizes), &[&[0xaa, 1], &[0xab]])),
        ("partials", &partials, with(keys_of(&partials), &[&[0x30], &[0x90, 5]])),
        (
            "state",
            &state,
            with(
                keys_of(&state).into_iter().step_by(8).collect(),
                &[&absent, &fill(32, 0), &[]],
            ),
        ),
    ];
    let mut out: Vec<Value> = vec![];
    for (name, entries, ask) in &cases {
        out.push(proofs!(LayoutV0<Blake2Hasher>, name, entries, ask));
        out.push(proofs!(LayoutV1<Blake2Hasher>, name, entries, ask));
    }
    println!(
        "[\n{}\n]",
        out.iter().map(|trie| trie.to_string()).collect::<Vec<_>>().join(",\n")
    );
}
