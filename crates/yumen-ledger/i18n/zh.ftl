# 条目
ledger-at-entry = 第 { $entry } 号条目
ledger-entry-too-large = 条目有 { $length } 字节，最多 { $most } 字节；请将内容放入 blob，在条目中写明其 SHA-256
ledger-entry-table = 这不是条目：应为含 `at`、`body`、`by`、`kind`、`v` 的表；请用副本中的文件替换
ledger-entry-version = 不认识条目版本 `{ $version }`；请使用更新的 Yumen
ledger-entry-field = 条目缺少字段 `{ $field }`，或其取值无效；请用副本中的文件替换
ledger-entry-extra = 条目中有本版本没有的字段 `{ $field }`；请用副本中的文件替换，或使用更新的 Yumen
ledger-value-canonical = 条目的第 { $offset } 字节不符合规范 JSON（RFC 8785，仅整数）；请用副本中的文件替换
ledger-value-number = 数值 { $number } 超出 ±(2^53 − 1)；请改写为文本
ledger-value-name = 名称不是 ASCII；请换一个
ledger-value-depth = 嵌套过深；请改为并列
ledger-no-entry = 操作账本共 { $size } 条，没有第 { $entry } 号条目；请给出更小的编号

# 操作账本的文件
ledger-file-missing = 缺少此文件；请从操作账本的副本中取回
ledger-file-unreadable = 无法读取此文件（{ $error }）；请检查文件及其权限
ledger-file-extra = 此文件不属于该大小的操作账本；请移走，并查明是谁放入的
ledger-file-changed = 此文件在校验之后被改动；请重新校验操作账本
ledger-list-unreadable = 无法列出文件（{ $error }）；请检查权限
ledger-blob-differs = 内容与 blob 的名称不符；请从操作账本的副本中取回
ledger-tile-none = 哈希树中没有这个分块；请检查所给的大小
ledger-tile-length = 分块有 { $length } 字节，应为 { $expected } 字节；请从操作账本的副本中取回
ledger-tile-differs = 第 { $offset } 字节处的哈希与第 { $entry } 号起的条目不符：文件被改动；请与操作账本的副本比对
ledger-entry-differs = 第 { $offset } 字节处的哈希与第 { $entry } 号条目不符：此分块或条目所在文件被改动；请将两者与操作账本的副本比对
ledger-bundle-ends = 文件在第 { $offset } 字节处的条目中途结束，缺少 { $missing } 条；请从操作账本的副本中取回
ledger-bundle-longer = 最后一条之后，文件从第 { $offset } 字节起仍有内容；请从操作账本的副本中取回
ledger-root-differs = 由条目算出的根哈希为 `{ $computed }`，签名的却是 `{ $root }`：操作账本被改写；请与副本比对
ledger-time-back = 第 { $entry } 号条目（第 { $offset } 字节）的时间为 { $time }，而前一条为 { $before }：时间不会倒退；请与操作账本的副本比对

# 签名文本与检查点
ledger-note-utf8 = 签名文本的第 { $offset } 字节不是 UTF-8；请重新获取
ledger-note-control = 签名文本的第 { $offset } 字节是控制字符；请重新获取
ledger-note-text = 签名文本的正文须以换行结尾；请补上
ledger-note-unsigned = 文本没有签名；请向签名者获取
ledger-note-end = 签名文本不以换行结尾，已被截断；请重新获取
ledger-note-line = 这不是签名行（`— 名称 Base64`）；请重新获取签名文本
ledger-note-too-large = 签名文本超过 1 MiB 或签名多于 100 个；请去掉不需要的签名
ledger-checkpoint-line = 检查点缺少 { $field } 行，或该行有误；请重新获取检查点
ledger-checkpoint-write = 检查点的来源和扩展行都须为单行文本；请换一个来源
ledger-checkpoint-extensions = 检查点带有扩展行，Yumen 从不写扩展行，也并非每种签名都覆盖它；请重新获取检查点

# 密钥与签名
ledger-key-name = `{ $name }` 不能作为密钥名称：为空，或含有空格、控制字符、`+`；请换一个
ledger-key-invalid = 这些字节不是该类型的公钥；请重新复制公钥
ledger-key-vkey = 这不是 `名称+编号+Base64` 形式的公钥；请重新复制公钥
ledger-key-type = 不认识类型为 `{ $type }` 的密钥；支持 0x01（Ed25519）、0x04（Ed25519 见证签名）和 0x06（ML-DSA-44）
ledger-key-id = 编号 `{ $id }` 与公钥不符，应为 `{ $expected }`；请重新复制公钥
ledger-sign-key = 密钥 `{ $name }` 无法签名（{ $error }）；请检查密钥的存放位置
ledger-sign-message = 密钥 `{ $name }` 无法对此签名：密钥类型不符，或名称、来源、时间过长；请缩短，或换一个密钥
ledger-signature-wrong = `{ $name }` 的签名有误：文本被改动，或不是由该密钥签名；请重新获取文本和公钥
ledger-signature-missing = 密钥 `{ $name }`（`{ $id }`）没有签名；请重新获取检查点，或指定实际签名的密钥
ledger-signature-none = 没有任何签名出自所期望的密钥；请检查请求的对象
ledger-trust-origin = 检查点属于操作账本 `{ $origin }`，而公钥属于 `{ $name }`；请指定该操作账本的公钥
ledger-trust-nobody = 没有指定应信任谁的签名；请指定操作账本的公钥，或含有公钥的信任策略

# 先前已知的状态
ledger-known-origin = 检查点属于操作账本 `{ $origin }`，先前的检查点属于 `{ $known }`；请比对同一操作账本的检查点
ledger-known-back = 操作账本有 { $size } 条，先前已有 { $known } 条：操作账本被回退；请与副本比对
ledger-known-fork = 前 { $size } 条的根哈希为 `{ $computed }`，先前见到的是 `{ $root }`：历史被改写；请与操作账本的副本比对

# 证明
ledger-proof-header = 首行不是 `c2sp.org/tlog-proof@v1`，这不是证明文件；请给出证明文件
ledger-proof-line = 这一行不属于证明文件；请重新获取证明
ledger-proof-long = 证明的行数超过任何哈希树的高度；请重新获取证明
ledger-proof-no-checkpoint = 证明中空行之后没有检查点；请重新获取证明
ledger-proof-wrong = 证明不能从该条目推出根哈希：{ $size } 条中的第 { $entry } 号是另一条，或证明被改动；请核对证明对应的条目
ledger-proof-sizes = { $size } 条的操作账本不可能延续 { $old } 条的；请对调两者

# 信任策略
ledger-policy-end = 最后一行不以换行结尾，信任策略可能被截断；请补全
ledger-policy-no-quorum = 信任策略没有 `quorum` 行；请添加，例如 `quorum none`
ledger-policy-quorum-twice = 已有一个 `quorum` 行；请去掉一个
ledger-policy-control = 该行含有控制字符；请去掉
ledger-policy-line = 这不是以 `log`、`witness`、`group` 或 `quorum` 开头的完整一行：`{ $word }`；请改正
ledger-policy-witness-key = 见证方 `{ $name }` 的密钥不用于见证签名；请给出其类型为 0x04 或 0x06 的公钥
ledger-policy-key-twice = `{ $name }` 的公钥已经列出；请去掉一个
ledger-policy-name-taken = 名称 `{ $name }` 已被使用；请换一个
ledger-policy-undefined = `{ $name }` 在此行之前没有定义；请先定义
ledger-policy-member-twice = `{ $name }` 已是某个组的成员；每个名称只能计入一个组
ledger-policy-threshold = { $members } 个成员中无法要求 `{ $needed }` 个；请写 `all`、`any` 或其间的数字
ledger-policy-log = 信任策略中没有操作账本签过 `{ $origin }` 的检查点；请检查信任策略和检查点
ledger-policy-quorum = 未达到 `{ $quorum }` 的要求：{ $counted } 个见证方已签名（{ $names }），未签名的有：{ $missing }；请向其请求见证签名
ledger-policy-ahead = 未达到 `{ $quorum }` 的要求：{ $counted } 个见证方已签名（{ $names }），未签名的有：{ $missing }，签名时间在未来的有：{ $ahead }；请检查时钟

# 见证方
ledger-request-line = 请求应为 `old` 与大小、若干哈希、空行和检查点；请改正客户端
ledger-witness-unknown-log = 此处不见证这个操作账本；请先将其加入见证方
ledger-witness-untrusted = 检查点没有该操作账本可信密钥的签名；请将公钥交给见证方
ledger-witness-old-larger = 检查点小于请求中的旧大小；请对调两个大小
ledger-witness-conflict = 此处上一次见证的检查点有 { $size } 条；请发送从该处起的证明
ledger-witness-fork = 检查点与已见证的 { $size } 条的根哈希不同：操作账本出现两份历史；请先查明原因
ledger-witness-bad-proof = 操作账本不是已见证内容的延续：证明不成立；请检查操作账本
ledger-witness-not-kept = 检查点无法保存，因此没有签名（{ $error }）；请检查磁盘
