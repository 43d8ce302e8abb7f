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
