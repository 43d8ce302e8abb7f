# 帮助
help-template-commands =
    {"{about}"}

    用法：{"{usage}"}

    命令：
    {"{subcommands}"}

    选项：
    {"{options}"}{"{after-help}"}
help-template-options =
    {"{about}"}

    用法：{"{usage}"}

    选项：
    {"{options}"}{"{after-help}"}
help-template =
    {"{about}"}

    用法：{"{usage}"}

    参数：
    {"{positionals}"}

    选项：
    {"{options}"}{"{after-help}"}
help-yumen = 准确说出阿里云网络中什么可以被访问，并给出证据报文
help-yumen-examples =
    示例：
      yumen demo                          用内置的演示环境看全部功能
      yumen doctor                        检查能否采集账号
      yumen audit aliyun://               采集在线账号并审计
      yumen audit snapshot/               互联网能访问什么，原因何在
      yumen explain snapshot/ --from internet --to i-bp1… --port tcp/22
      yumen diff monday/ tuesday/         放开了什么，收敛了什么

    退出码：0 无问题，2 输入有误，3 存在不应有的开放。
help-version = 显示版本
help-help = 显示帮助
help-lang = 语言：zh 或 en（默认取自系统区域设置）
help-color = 颜色：auto、always、never（默认 auto，遵守 NO_COLOR）
help-audit = 审计快照：什么敞开、潜在或未知，由哪条规则造成，影响谁
help-audit-examples =
    示例：
      yumen audit snapshot/
      yumen audit snapshot/ --all
      yumen audit snapshot/ --format json > audit.json
      yumen audit snapshot/ --trusted 198.51.100.0/24 --fail-on any
help-explain = 解释一个报文或一批报文：结论，以及每一跳由谁决定
help-explain-examples =
    示例：
      yumen explain snapshot/ --from internet --to i-bp1… --port tcp/22
      yumen explain snapshot/ --from 10.0.1.5 --to eni-bp1… --port tcp/3306
      yumen explain snapshot/ --batch packets.jsonl

    批量文件每行一个对象：{"{"}"source":"203.0.113.9","destination":"10.0.1.5","protocol":"tcp","destination_port":22{"}"}
help-diff = 显示网络变更放开与收敛了哪些报文
help-diff-examples =
    示例：
      yumen diff monday/ tuesday/
      yumen diff monday/ tuesday/ --format json

    若有任何报文对互联网新增敞开，退出码为 3。
help-demo = 从模拟云经网络采集内置演示环境并审计
help-demo-examples =
    示例：
      yumen demo
      yumen demo --lang zh --all
      yumen demo --out /tmp/estate
help-completions = 输出命令行补全脚本
help-completions-examples =
    示例：
      yumen completions bash > /etc/bash_completion.d/yumen
help-dir = 快照目录：<地域>/<产品>/<接口名>.json，内容与 aliyun 命令行的输出一致
help-format = 输出：text、json（默认 text）
help-all = 显示全部内容，而不只是首屏
help-fail-on =
    何时以 3 退出：
      unexpected  声明之外（未声明时为 80、443 之外）有敞开或未知（默认）
      open        同上，但不计未知
      any         任何敞开，包括 80、443
      latent      unexpected 之外另计潜在
      critical、high、medium、low  该严重程度及以上的问题
      never       从不

    yumen.toml 中的规则未成立、豁免到期，同样以 3 退出。
help-as-of = 按此时间判断（ISO 8601；默认取快照采集时间）
help-config = 您的声明：角色、环境、可信网段（默认 DIR/yumen.toml，其次 ./yumen.toml）
help-waivers = 有人负责的豁免（默认 DIR/waivers.toml，其次 ./waivers.toml）
help-baseline = 较早的报告（--format json）：只有新增的问题才算不通过
help-previous = 上一份报告（--format json）：用于得分走势和变化
help-trusted = 不算互联网的网段，如办公网、合作方（可重复）
help-from = 源：地址、网卡，或 internet 表示任意公网地址
help-to = 目的：网卡、实例或私网地址
help-port = 服务：tcp/22、udp/53、icmp、gre 或协议号；端口为网卡上的端口
help-vpc = 多个专有网络都有该地址时，指定目的所在的专有网络
help-batch = 回答一个报文文件，每行一个 JSON 对象（`-` 为标准输入）
help-out = 演示环境写入的目录
help-shell = 命令行解释器：bash、zsh、fish、elvish、powershell

# 下一步
next-explain = { $name } 为什么敞开？{ $command }
next-all = 查看全部细节：{ $command }
demo-written = 已用 { $requests } 个请求从模拟阿里云采集演示环境（一家电商公司），{ $directory }/ 中有 { $files } 个文件。

# 解释
explain-headline = { $verdict }：{ $packet }（{ $machine }）
explain-entry = 客户端连接 { $address } 的 { $port } 端口
explain-decided = 决定者：{ $by }
explain-reply-blocked = 报文可以到达，但网络 ACL 拦截了应答。
explain-unconfirmed = 未确认：{ $what }未读取，可能会拦截该报文。

# 错误
failure-entangled = 规则过于纠缠，无法精确分析：{ $error }
failure-file = 无法读写 `{ $path }`：{ $error }；请检查路径与权限
failure-closed = 输出已关闭
failure-settings = `{ $path }` 有 { $count } 处错误，未作评估
failure-report = `{ $path }` 不是 `yumen audit --format json` 的报告：{ $error }
failure-trusted = `{ $value }` 不是网段，应写作 198.51.100.0/24
failure-as-of = `{ $value }` 不是时间，应写作 2026-03-18T02:30:00Z
failure-port = `{ $value }` 不是服务，应写作 tcp/22、udp/53、icmp、gre 或协议号
failure-destination = 快照中没有网卡、实例或私网地址 `{ $value }`；可用 `yumen audit --all` 查看
failure-ambiguous = 多个专有网络都有地址 `{ $value }`；请加 --vpc，批量文件中请加 "vpc"
failure-source = `{ $value }` 不是地址，也不是快照中的网卡；请写地址、网卡或 internet
failure-address = `{ $value }` 不是地址
failure-families = 源地址 `{ $value }` 与目的地址不属于同一地址族
failure-missing-option = 缺少 { $option }；示例见 `yumen explain --help`
failure-batch-line = 第 { $line } 行不是 JSON 对象
failure-batch-field = 字段 `{ $field }` 缺失或不是文本
failure-batch-port = 字段 `{ $field }` 的值 `{ $value }` 不是端口

# 参数有误
usage-unknown-argument = 没有选项 `{ $argument }`；用法见 `yumen --help`
usage-unknown-command = 没有命令 `{ $command }`；用法见 `yumen --help`
usage-missing-value = { $argument } 需要一个值
usage-bad-value = `{ $value }` 不能用于 { $argument }
usage-bad-choice = `{ $value }` 不能用于 { $argument }；可选 { $expected }
usage-missing = 缺少：{ $argument }
usage-conflict = { $argument } 不能与 { $other } 同时使用
usage-other = { $error }；用法见 `yumen --help`

# 模拟云
help-lab = 运行一个官方 SDK 可直接连接的模拟阿里云
help-lab-examples =
    示例：
      yumen lab                                 在 http://127.0.0.1:7180 提供演示环境
      yumen lab --estate empty --export after/  从空环境开始，结束时保存
      yumen lab --chaos seed=7,latency=5+40,throttle=0.1,error=0.05,reset=0.05,half=0.02,churn=0.1,lag=300
      yumen lab --deny slb:Describe*            收回访问密钥的某项权限

    按 Ctrl-C 结束。与真实云的已知假设见 docs/lab.md。
help-estate = 环境内容：demo、empty 或快照目录（默认 demo）
help-listen = 监听地址（默认 127.0.0.1:7180）
help-tls-cert = 以此证书链（PEM）提供 HTTPS
help-tls-key = 证书的私钥（PEM）
help-chaos = 故意出错：seed、latency=最小+平均（毫秒）、throttle、error、reset、half、churn（占调用的比例）、lag（毫秒）、skew（秒）
help-limit-window = 限流窗口长度，毫秒（默认 60000；0 表示不限流）
help-deny = 访问密钥不得调用的接口，如 slb:Describe*（可重复）
help-export = 结束时把现有资源写成快照目录
lab-ready =
    模拟阿里云（{ $estate }）已在 { $url } 就绪。让客户端连接它：

      export YUMEN_ALIYUN_ENDPOINT={ $url }
      export ALIBABA_CLOUD_ACCESS_KEY_ID={ $id } ALIBABA_CLOUD_ACCESS_KEY_SECRET={ $secret }

    按 Ctrl-C 结束。
lab-ended = 共应答 { $requests } 个请求，其中限流 { $throttled } 个；{ $changes } 个产生了变更。
failure-listen = 无法在 { $address } 提供服务：{ $error }；请用 --listen 换一个地址，或检查证书与私钥
failure-estate = `{ $path }` 无法载入：{ $error }；文件内容须为接口的应答
failure-chaos = 看不懂 `{ $part }`；`yumen lab --help` 列出可以故意出的错
failure-window = `{ $value }` 不是毫秒数
failure-address-port = `{ $value }` 不是带端口的地址；请写成 127.0.0.1:7180

# 在线账号
help-collect = 把在线账号采集成快照目录
help-collect-examples =
    示例：
      yumen collect --out monday/
      yumen collect --profile prod --regions cn-hangzhou,cn-shanghai --out monday/
      yumen collect --accounts accounts.txt --out monday/

    凭证的查找方式与 aliyun 命令行相同；从不以参数传入。
    账号文件每行：名称 acs:ram::<账号>:role/<角色> [外部ID]，或 名称 profile=<配置名>。
    中断了？再次运行同一命令即从中断处继续。
help-profile = ~/.aliyun/config.json 或 ~/.alibabacloud/credentials 中的配置（默认：惯用的查找顺序）
help-regions = 地域，以逗号分隔（默认：账号拥有的全部地域）
help-accounts = 同时采集多个账号，各自写入自己的目录
help-collect-out = 快照目录（默认 yumen-snapshot）
help-endpoint = 把所有产品的请求发到同一地址，如 http://127.0.0.1:7180（亦可用 YUMEN_ALIYUN_ENDPOINT）
help-dir-or-account = 快照目录，或在线账号：aliyun://[配置名][?regions=地域,…]
help-audit-out = 在线账号的快照目录（默认 yumen-<账号>-<时间>）
help-doctor = 检查凭证、时钟、权限与接入地址，并说明该怎么做
help-doctor-examples =
    示例：
      yumen doctor
      yumen doctor --profile prod --regions cn-hangzhou
      yumen doctor --ram-policy read     采集所需的最小策略
      yumen doctor --ram-policy write    执行变更所需的最小策略

    退出码：0 正常，2 无人可用以调用，3 有所欠缺。
help-ram-policy = 输出最小 RAM 策略：read、write
collect-summary =
    账号 { $account }，{ $regions } 个地域，以 { $caller } 的身份：{ $directory }/ 中有 { $files } 个文件。
    共 { $requests } 个请求，其中重试 { $repeated } 个，被限流 { $throttled } 个。
collect-kept = 其中 { $files } 个文件来自之前的运行。
collect-more-gaps = 另有 { $number } 处；manifest.json 列出全部
collect-next = 审计它：yumen audit { $directory }
collect-account-failed = 账号 `{ $account }`：{ $why }
failure-endpoint = `{ $value }` 不是地址；请写成 http://127.0.0.1:7180
failure-live-address = 看不懂 `{ $value }`；请写成 aliyun://配置名?regions=cn-hangzhou,cn-shanghai
failure-accounts = `{ $path }` 第 { $line } 行：应为 名称 acs:ram::<账号>:role/<角色> [外部ID]，或 名称 profile=<配置名>，名称不得重复
failure-worker = 采集意外终止；请连同以上输出一并反馈
doctor-version = yumen { $version }，快照布局版本 1
doctor-directory = 此处可以写入快照
doctor-no-directory = 此处无法写入（{ $error }）；请换到自己的目录
doctor-store = { $folder } 中的账本 { $ledger } 有 { $entries } 条
doctor-no-store = { $folder } 中尚无存储；`yumen version record` 可创建，用于变更控制与监视
doctor-ledger-keys = 账本的密钥可读
doctor-no-ledger-keys = { $folder }/keys 中缺少账本的密钥；请恢复，没有密钥就不能再写入
doctor-people = yumen.toml 中有 { $people } 人；此处没有他们的密钥
doctor-people-keys = yumen.toml 中有 { $people } 人；此处有 { $here } 的密钥
doctor-no-people = yumen.toml 中没有任何可以变更的人；请先执行 `yumen key new 名称`
doctor-identity = 账号 { $account }，身份 { $caller }，{ $regions } 个地域
doctor-clock = 时钟正确（与云端相差 { $seconds } 秒）
doctor-clock-off = 时钟与云端相差 { $seconds } 秒；请校准，相差 900 秒起请求会失败
doctor-clock-far = 时钟与云端相差 { $seconds } 秒；请校准，否则请求会被拒绝
doctor-unasked = 不知道具体资源就无法试问 `{ $permission }`；采集时自会知晓
doctor-rights = 具备 { $number } 项权限（在 { $region } 试问）
doctor-well = 一切正常。下一步：yumen collect --out snapshot/
doctor-ill = 有所欠缺。`yumen doctor --ram-policy read` 输出采集所需的策略；仍欠缺的将成为快照中的未读取项。

# 修复
help-fix = 提出能关闭问题的最小改动，逐项以报文证明；不作任何更改
help-fix-examples =
    示例：
      yumen fix snapshot/
      yumen fix snapshot/ --item EXP-03 --item EXP-04
      yumen fix snapshot/ --format aliyun-cli > fix.sh
      yumen fix snapshot/ --format terraform > fix.tf

    若有需手工处理的内容，以 3 退出。
help-item = 只修此基线项，如 EXP-03（可重复）
help-fix-format = 输出：text、json（操作）、terraform、aliyun-cli（命令；默认 text）
next-fix = 输出为可直接执行的命令：{ $command }
fix-script = 执行前请通读。各命令只在快照上推演过
fix-no-command = 所需信息超出快照，请在控制台修改
failure-item = 没有 `{ $item }` 这个基线项；最接近的是 { $nearest }；用 `yumen item list` 查看全部

# 模板
help-template-command = 现成的安全组模板：列出、生成规则、与环境比对
help-template-command-examples =
    示例：
      yumen template list
      yumen template show sandbox
      yumen template render web --set bastion=10.0.200.0/24 --sector finance --format terraform
      yumen template render sandbox --set production=10.1.0.0/16 --set until=2027-01-31 --set owner=li
      yumen template check web snapshot/ --bind web=tag:tier=web --bind app=tag:tier=app --bind data=tag:tier=data

    check 的退出码：0 与模板一致，2 输入有误，3 与模板不符。
help-template-list = 列出场景与行业
help-template-show = 显示某个模板的参数、角色与限值
help-template-render = 代入参数生成：安全组与规则、变更操作，或 yumen.toml 片段
help-template-check = 与快照比对：逐报文、逐条声明、逐个基线项
help-template-name = 模板名称，用 `yumen template list` 查看全部
help-sector = 按行业加严：finance、medical、government
help-set = 设置参数（可重复）；用 `yumen template show NAME` 查看说明
help-template-format = 输出：terraform、edits（JSON）、toml（默认 terraform）
help-template-group = 角色已有安全组的 ID，如 web=sg-…（可重复）
help-bind = 担任角色的机器，如 app=tag:tier=app（可重复；默认取 yumen.toml 中的同名角色）

help-report-format = 输出格式：text、json、html、sarif、ocsf、junit、csv、markdown（默认 text）

# 基线项与合规框架
help-item-command = 47 个基线项的目录：各自检查什么、为什么重要、如何修复
help-item-command-examples =
    示例：
      yumen item list
      yumen item show EXP-03
      yumen item show LAT-05 --lang en --format json
help-item-list = 列出全部基线项及其严重程度、标题与修复方式
help-item-show = 显示某个基线项的说明，以及它对应的条款
help-item-name = 基线项名称，如 EXP-03；用 `yumen item list` 查看全部
help-compliance = 按框架逐条款查看快照：结果、依据，以及网络配置无法体现的部分
help-compliance-examples =
    示例：
      yumen compliance snapshot/
      yumen compliance snapshot/ --framework mlps3
      yumen compliance snapshot/ --framework pci --format markdown

    有条款不通过时退出码为 3。此处的“通过”只是依据，不是法律意义上的结论。
help-framework = 框架：mlps3、csl、cis、gdpr、pci（默认每个框架一行）
help-compliance-format = 输出：text、json、markdown（默认 text）
next-compliance = 逐条款查看：{ $command }
next-compliance-item = 查看某个基线项检查什么、如何修复：{ $command }

# yumen.toml 初稿
help-init = 生成 yumen.toml 初稿：推断角色、环境、区域和可信网段，并写明依据
help-init-examples =
    示例：
      yumen init snapshot/
      yumen init snapshot/ --config-out prod.toml
      yumen init aliyun://prod --out monday/ --lang zh

    没有把握的内容写成注释。据此评判之前，请先通读。
help-init-dir = 快照目录，或在线账号：aliyun://[配置名][?regions=地域,…]（默认 .）
help-config-out = 写入的文件（默认 ./yumen.toml）
help-force = 文件已存在时覆盖
init-written = 已写入 { $path }：初稿，每行附有依据
init-nothing = 快照中没有机器，文件中只写明各节的用途。
init-roles = 角色
init-environments = 环境
init-zones = 区域
init-trusted = 可信网段
init-questions = 疑问
init-row = { $what }：{ $entries }
init-none = 无
init-count = { $what } { $count }
init-questions-text = { $count } 处，写成了注释：确认后去掉 # 即可
init-machines = 共 { $machines } 台机器；未能判断角色 { $role } 台，未能判断环境 { $environment } 台
init-next = 通读、修改后执行：{ $command }
failure-init-exists = `{ $path }` 已存在；请用 --config-out 另指定文件，或用 --force 覆盖

# 变更控制。
help-change = 提出、审批、执行与撤销变更
help-change-propose = 显示变更的影响并提出
help-change-list = 列出变更，新的在前
help-change-show = 显示一项变更
help-change-approve = 批准变更；以你的密钥签名
help-change-reject = 驳回变更；以你的密钥签名
help-change-review = 事后复核紧急变更
help-change-withdraw = 撤回自己提出的变更
help-change-apply = 执行已批准的变更，或继续已停止的变更
help-change-undo = 撤销已到期或已停止的变更
help-change-number = 变更编号
help-change-open = 只列出需要处理的
help-change-examples =
    示例：
      yumen change propose --fix EXP-01 --reason "关闭管理端口"
      yumen change approve 1 --comment "已与团队确认"
      yumen change apply 1
      yumen change propose --rollback latest --group sg-…
help-propose-edits = 文件中的操作：手写，或由 `yumen template`、`yumen fix` 输出
help-propose-fix = `yumen fix` 的提案，指定一项或全部
help-propose-rollback = 回滚到某版本：编号、地址开头或 `latest`
help-propose-group = 只回滚此安全组；用模板时为角色的安全组，如 web=sg-…
help-propose-template = 模板渲染的内容，写入 --group 指定的安全组
help-propose-reason = 理由，供审批者阅读
help-propose-until = 何时自动撤销：时间，或时长如 2h
help-propose-emergency = 未经审批即执行；会到期，并须由他人复核
help-propose-dry-run = 只显示影响
help-comment = 附在决定旁的说明
help-version-command = 网络的历史版本：列出、导出、比较、记录
help-version-list = 列出版本，新的在前
help-version-show = 将版本导出为快照目录
help-version-diff = 按报文显示两个版本的差异
help-version-record = 读取账号并记录
help-version-name = 版本编号、地址开头或 `latest`
help-version-out = 写入的目录
help-version-reason = 记录的原因
help-version-examples =
    示例：
      yumen version record
      yumen version diff 1 latest
      yumen version show 3 --out before/
help-drift = 未经审批的变更
help-drift-list = 列出漂移及其处理
help-drift-examples =
    示例：
      yumen drift list
help-exposure = 谁在何时放通了什么，到何时为止
help-exposure-history = 显示资源何时对互联网敞开
help-exposure-resource = 网卡或实例
help-exposure-examples =
    示例：
      yumen exposure history i-…
help-review = 登记你已复核某安全组的规则（GOV-01）
help-review-group = 安全组
help-review-comment = 复核结论，或记录所在之处
help-review-examples =
    示例：
      yumen review sg-… --comment "工单 4711"
help-watch = 监视变化，撤销未经审批的变更
help-watch-listen = /health 与 /metrics 的本机地址
help-watch-once = 执行一轮后结束
help-watch-check = 检查设置后结束
help-watch-examples =
    示例：
      yumen watch
      yumen watch --listen 127.0.0.1:7181
      yumen watch --check-config
help-ledger = 发生过什么，以及无人篡改的证明
help-ledger-show = 显示条目
help-ledger-change = 只显示与此变更有关的条目
help-ledger-last = 条目数量
help-ledger-prove = 证明条目在账本中
help-ledger-entry = 条目位置
help-ledger-proof-out = 证明的文件；条目写在旁边
help-ledger-verify = 验证账本或其导出
help-ledger-from = 导出目录
help-ledger-key = 必须签过名的密钥；未指定时用账本自己的
help-ledger-policy = 规定谁的联署有效的策略（C2SP tlog-policy）
help-ledger-offline = 不联网；验证从不联网
help-ledger-export = 将账本写成任何人都能验证的分块与检查点
help-ledger-dir = 导出目录
help-ledger-keys = 显示验证账本所用的密钥
help-ledger-rotate = 为账本更换密钥；由旧密钥签名
help-ledger-cosign = 请见证者联署账本
help-ledger-url = 见证者的地址
help-ledger-witness-key = 见证者的密钥
help-ledger-witness = 作为另一账本的见证者
help-witness-name = 见证者在签名中的名称
help-witness-log = 要见证的账本的密钥
help-witness-listen = 监听地址
help-ledger-examples =
    示例：
      yumen ledger show --change 1
      yumen ledger export ledger/ && yumen ledger verify --from ledger/
      yumen ledger prove 12 --out entry.proof
help-store = 备份、恢复与检查存储
help-store-backup = 将全部内容存为一个文件
help-store-restore = 从文件恢复全部内容
help-store-check = 全面核对
help-store-rebuild = 由条目重新计算索引与分块
help-store-file = 备份文件
help-store-examples =
    示例：
      yumen store backup yumen.backup
      yumen store check
help-key = 人员签名所用的密钥
help-key-new = 为某人生成密钥
help-key-show = 显示某人的公钥
help-key-name = 人员名称
help-key-examples =
    示例：
      yumen key new wang
help-state = 存储目录（YUMEN_STATE；默认 ~/.local/state/yumen）
help-as = 由谁操作（YUMEN_PERSON；默认为此处唯一有密钥的人）
help-keys = 个人密钥目录（YUMEN_KEYS；默认 ~/.config/yumen/keys）
person-no-keys = `{ $path }` 处没有 `{ $person }` 的密钥；`yumen key new { $person }` 可生成
person-name = `{ $person }` 不能作为名称：只能用字母、数字、`-`、`_`、`.` 与 `@`
person-nobody = `{ $folder }` 中没有任何人的密钥；`yumen key new 名称` 可生成
person-several = 此处有多人的密钥；请用 `--as 名称` 指明由谁操作
propose-no-group = 现在与该版本中都没有安全组 `{ $group }`；请核对编号
propose-one-group = `--group` 只能给一次；不给则全部回滚
propose-template-group = 未指明由哪个安全组担任 `{ $role }`；请为每个角色加上 `--group 角色=sg-…`
propose-nothing = 没有需要变更的内容。
propose-by-hand = 另有 { $count } 个问题须手动处理；`yumen fix` 说明做法。
propose-done = 已提出变更 { $number }。
propose-next-emergency = 下一步：yumen change apply { $number }   （免审批；{ $until } 自动撤销，并须由他人复核）
propose-next = 下一步：yumen change approve { $number }   （由他人执行）
propose-forbidden = 它违反强制项：任何审批都不能放行，只能登记豁免。
propose-until = `{ $value }` 不是将来的时间；可写 `2h` 或 `2027-01-31T18:00:00Z`
decide-approved = { $person } 已批准变更 { $number }。
decide-rejected = { $person } 已驳回变更 { $number }。
decide-reviewed = { $person } 已复核变更 { $number }。
decide-withdrawn = 变更 { $number } 已撤回。
decide-enough = 所需的审批已齐。下一步：yumen change apply { $number }
decide-missing = 还缺：
apply-step = ✓ { $step }/{ $of }  { $edit }
apply-step-failed = ✗ { $step }/{ $of }  { $edit }
apply-done = 变更 { $number } 已生效：{ $steps } 步，版本 { $version }。
apply-undone = 变更 { $number } 已撤销：{ $steps } 步，版本 { $version }。
apply-differs = 期间有他人改动：{ $interfaces } 块网卡与计划不符；见 `yumen version diff`。
change-number = `{ $value }` 不是变更编号；`yumen change list` 列出全部
version-written = 版本 { $version } 位于 { $directory }（{ $files } 个文件）。下一步：yumen audit { $directory }
version-recorded = 已记录版本 { $version }，评分 { $score }。
version-same = 版本 { $version } 此前已记录，评分 { $score }。
version-unknown = 共 { $count } 个版本，其中没有 `{ $version }`；`yumen version list` 列出全部
ledger-empty = 账本为空。
ledger-entry-number = `{ $value }` 不是账本条目；`yumen ledger show` 列出条目
ledger-no-keys = `{ $folder }` 中没有账本的密钥；请用 `--key` 指明谁的签名有效，在保存账本之处执行 `yumen ledger keys` 可显示
ledger-proved = 条目 { $entry } 在账本中的证明位于 { $proof }，条目本身位于 { $bytes }。
ledger-verified =
    共 { $entries } 条，最后一条于 { $last }。全部签名、条目与分块均无误。
    根 { $root }
ledger-broken = 账本与签名时不符：{ $place }：{ $why }
ledger-last = `{ $value }` 不是条目数量
ledger-no-export = `{ $path }` 中没有导出的账本；`yumen ledger export` 可导出
ledger-exported = { $entries } 条已写入 { $directory }，写出 { $files } 个文件。任何人都能验证：docs/ledger.md
ledger-rotated = 新密钥已由旧密钥签名。请将它们交给验证者：
ledger-cosigned = { $witness } 已联署含 { $size } 条的账本。
witness-ready = 见证 { $logs } 个密钥，地址 { $url }。见证者的密钥：
store-backed-up = { $rows } 行已存入 { $path }（{ $bytes } 字节）。
store-restored = 已从 { $path } 恢复 { $rows } 行。
store-rebuilt = 已重新计算 { $entries } 条的索引与分块。
store-checked = 已核对 { $entries } 条，差异 { $differences } 处。
review-done = { $person } 已复核 { $group }，共 { $rules } 条规则。
key-made = 密钥位于 { $path }，仅你可读。设置 YUMEN_KEY_PASSPHRASE 则会加密保存。
key-made-encrypted = 密钥位于 { $path }，已用口令加密。
key-next = 将以下内容加入 yumen.toml，并填写合适的角色：
watch-config-good = 设置无误。
watch-listens = 健康状态与指标：http://{ $address }
watch-waits = 此账号已有另一监视进程占用存储；等待中。
watch-follows = 跟踪操作审计，并定期重新读取全部内容。
watch-polls = 每 { $seconds } 秒重新读取全部内容。
watch-modes = 违反强制项时：生产 { $production }，测试 { $test }。
watch-reloaded = 已重新读取设置。
watch-not-reloaded = 仍沿用原有设置；请改正文件后再发送 SIGHUP
watch-loopback = `{ $value }` 不是本机回环地址；健康状态与指标仅供本机使用
happened-recorded = { $time } 漂移 { $number } 已记录：未违反任何项
happened-proposed = { $time } 漂移 { $number }：未经审批放通
happened-contained = { $time } 漂移 { $number }：未经审批放通，已关闭
happened-escalated = { $time } 漂移 { $number }：须由人决定
happened-expired = { $time } 变更 { $number } 到期，已撤销
happened-failed = { $time } 未完成，须由人查看：
happened-checked = { $time } 每日检查
happened-audited = { $time } 季度审计

# 演示的故事。
help-audit-only = 只做审计，不演示变更
story-title = 接下来：一项变更的全过程，以及一项无人审批的变更
story-recorded = 网络已记录为版本 1。
story-recorded-how = 评分 { $score }。账本写下首批条目，均以 Ed25519 与 ML-DSA-44 签名。
story-proposed = li 提出 `yumen fix` 的提案，在请人审批之前先看清影响。
story-reason-fix = 对互联网关闭远程桌面与数据库
story-approved = 变更 { $number } 须经他人同意。
story-comment = 已阅
story-signed = { $person } 批准，签名只对这些操作、这个版本有效。
story-applied = 变更 { $number } 已执行：{ $steps } 步。
story-applied-how = 顺序经过证明：途中没有一步会放通前后都不允许的报文，也不会中断前后都允许的报文。每一步发出前先记账，发出后再回读核对。
story-opened = 有人图快，绕过这一切，把 { $machine } 的全部端口对全网放通。
story-contained = 监视发现后，{ $milliseconds } 毫秒内已重新关闭。
story-not-contained = 监视未能及时关闭。
story-who = 操作者是 { $user }，来自 { $address }，调用 { $action }；账本已记下。
story-rest = 余下部分作为变更 { $number } 回滚，与其他变更一样。
story-rest-done = 已执行：{ $steps } 步。网络恢复为经过审批的状态。
story-back = 能回到版本 1 吗？
story-back-refused = 任何审批都不能放行：它会重新放通强制项所禁止的内容，只能登记豁免。
story-verified = 账本已验证：共 { $entries } 条。
story-verified-how = 依据的是导出内容，任何人不用 Yumen 也能核对：docs/ledger.md。
story-tampered = 只改动一条记录的一个比特，同样的核对就会失败。
story-tampered-unseen = 未发现被改动的比特：请勿信任此账本。
story-end = 全部内容位于 { $state }/。可继续查看：yumen change list --state { $state } · yumen ledger show --state { $state } · yumen drift list --state { $state }

# 通知。
help-notify = 监视进程通知谁
help-notify-list = 列出 yumen.toml 中的通道
help-notify-test = 经某通道发送测试通知
help-notify-name = 通道名称，即 `[notify.名称]`
help-notify-examples =
    示例：
      yumen notify list
      yumen notify test ops
notify-none = 尚未设置通道；做法见 docs/notify.md。
notify-unknown = 没有通道 `{ $name }`；现有：{ $names }
notify-delivered = 测试通知已送达 `{ $name }`。
notify-not-delivered = 测试通知未能送达 `{ $name }`：
help-store-clean = 清理旧版本：14 天内全部保留，之后每天、每周、每月各留一个
store-cleaned = 已清理旧版本 { $versions } 个及仅属于它们的数据块 { $chunks } 个；账本仍保留其记录。
demo-not-ours = `{ $folder }` 已存在且不属于演示；请移走它，或使用 `--out`
