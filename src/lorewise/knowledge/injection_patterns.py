"""How texts speak to a language model, in English and Chinese.

The sentence patterns are written for ``plain_letters``: lower case, single spaces. A blank in them
stands for any gap, none included, since letters that were spaced out have lost their borders.
"""
# ruff: noqa: RUF001  fullwidth marks are part of Chinese texts

import re

SEGMENT_END = re.compile(
    r"(?<=[.!?])[\"')\]]*\s+|[。！？；;|\n]\s*|\s[-–—]+\s|\s*(?=[(\[（【])|[)\]）】]\s*"
)
"""Ends of sentences and of list items; each bracket is a piece of its own."""

CLAUSE_END = re.compile(r"[,，:：、]\s*")

_ROLES = "system|assistant|developer|admin(?:istrator)?|moderator|user|human|ai|model|llm|chatgpt"
_NOTES = "message|note|notice|prompt|override|instructions?|command|update|alert|warning"

LEADS = re.compile(
    r"(?i)(?:[\"'*#>\s]*(?:(?:important|attention|urgent|new|note|hidden|secret)\s+)*"
    rf"(?:(?:(?:{_ROLES})\s*)?(?:{_NOTES})|(?:{_ROLES})|important|attention|ps|p\.s\."
    r"|系统(?:提示|消息|指令)?|注意|重要提示|提示|备注)"
    rf"(?:\s+(?:to|for)\s+(?:the\s+|all\s+|any\s+)?(?:{_ROLES})s?)?\s*[:：,，]\s*)*$"
)
"""What introduces a command, at the end of what stands before it."""

_FORGED_KEYS = "answers|subjects|ref|role|title|confidence|system|instructions?"
_FORGED_TURNS = "instruction|system|assistant|human|user|response|input|new task"

BLOCKS = tuple(
    re.compile(pattern, re.DOTALL | re.IGNORECASE)
    for pattern in (
        r"<!--.*?(?:-->|\Z)",
        r"<\|im_start\|>.*?(?:<\|im_end\|>|\Z)",
        r"<\|start_header_id\|>.*?(?:<\|eot_id\|>|\Z)",
        r"<\|(?:system|user|assistant)\|>.*?(?:<\|(?:end|eot_id)\|>|</s>|\Z)",
        r"(?:<s>\s*)?\[INST\].*?(?:\[/INST\]|\Z)",
        r"<<SYS>>.*?(?:<</SYS>>|\Z)",
        r"<start_of_turn>.*?(?:<end_of_turn>|\Z)",
        r"<(system|assistant|instructions?|prompt|admin)\b[^>]*>.*?(?:</\1>|\Z)",
        rf"#{{2,}}\s*(?:{_FORGED_TURNS})\s*:.*?(?=\n\s*\n|\Z)",
        rf"(?:```(?:json)?\s*)?[\s\"'}}\],]*\{{\s*\"(?:{_FORGED_KEYS})\"\s*:.*[}}\]]+(?:\s*```)?",
        r"<\|[^|<>\n]{1,40}\|>|\[/?INST\]|<</?SYS>>|</?(?:s|bos|eos)>|<(?:start|end)_of_turn>",
    )
)
"""Each is taken out whole, with what stands inside; pairs come before single marks."""

_DROP = (
    "(?:ignore|disregard|forget|override|overrule|bypass|skip|do not follow|don t follow"
    "|stop following)"
)
_OURS = (
    "(?:previous|prior|preceding|above|earlier|former|existing|original|initial|system|safety"
    "|your|other|given)"
)
_ORDERS = (
    "(?:instructions?|directions?|prompts?|commands?|guidelines?|guardrails|directives?|orders"
    "|rules|context|messages?|text|constraints?|programming|training)"
)
_START = (
    r"(?:^|[,:、])\W*(?:(?:and|then|so|now|please|pls|also|just|simply|instead|always|must"
    r"|you must|you should|you will|you have to|remember to|be sure to|make sure to|from now on"
    r"|hey|dear) )*"
)
"""Where a clause begins: there a verb without a subject is a command."""

_WORDS = r"(?:\w+\W+){0,3}"
_MACHINE = (
    "(?:ai|llm|assistant|language model|chat ?bot|chatgpt|gpt|claude|gemini|model|recommender|bot)"
)
_ITEM = "(?:this|it|the (?:item|product|film|movie|book|song|album|confidence|reception|standing))"
_RATE = (
    "(?:rate|rank|score|grade|call|describe|mark|label|list|recommend|promote|praise|classify"
    "|declare)"
)
_SAY = "(?:say|state|claim|add|insist|write|pretend|tell users|tell everyone)"
_HIGH = (
    r"(?:as|to|at|(?:above|over) (?:all|every\w*|any\w*|the)|best|highest|top|greatest|perfect"
    r"|masterpiece|must have|must see|excellent|five stars?|\d ?stars?|10|100|ten|first|number one"
    r"|highly)"
)

_ENGLISH = (
    rf"{_DROP} (?:all |any |every |everything |of |the |these |those |my |our |and )*"
    rf"(?:{_OURS} )+(?:and {_OURS} )?{_ORDERS}",
    rf"{_START}{_DROP} (?:all |any |of |the |these |those |every )*{_ORDERS}",
    rf"{_DROP} (?:everything|all|anything|what)(?: that)?(?: (?:was|is|has been|you were|i|we"
    r"|you ve been|you have been))?(?: said| written| told)? (?:above|before this|so far"
    r"|until now)",
    rf"{_START}{_DROP} (?:all of |all )?the above",
    r"you are (?:now|no longer|really|actually) (?:an? |the |my |in |bound |only )*"
    rf"{_WORDS}(?:{_MACHINE}|dan|developer mode|jailbr\w+|unrestricted|bound by|rules)\b",
    rf"(?:act|behave|respond|pretend|role ?play) (?:as|like|to be) (?:if |though )?(?:you were )?"
    rf"(?:an? |the )?{_WORDS}{_MACHINE}\b",
    r"as (?:an?|the|your) (?:\w+\W+)?(?:ai|llm|language) (?:model|assistant)",
    r"(?:reveal|print|show|repeat|output|leak|display|tell|give|return|write) (?:me |us |out )*"
    r"(?:your|the|its|all) (?:system |hidden |initial |secret |full )+"
    r"(?:prompt|instruction|message)",
    r"(?:new|updated|real|actual|true|override) (?:system )?(?:instructions?|prompt|task) ?:",
    r"system prompt ?:",
    r"\b(?:system|safety|content) (?:override|filters? (?:off|disabled))",
    rf"{_START}(?:only )?(?:output|reply|respond|answer|return|print|write) (?:me |us )?"
    r"(?:only|just|exactly|solely|nothing but|with only|with just|with exactly|with the words?)\b",
    rf"{_START}(?:your|the) (?:only )?(?:answer|output|response|reply)"
    r" (?:must|should|has to|will) ",
    rf"{_START}{_RATE} {_ITEM} {_WORDS}{_HIGH}\b",
    rf"{_START}{_SAY} (?:that )?{_ITEM} (?:is|was|has|won)\b",
    rf"{_START}(?:set|put|use|give|fill) (?:the )?(?:confidence|reception|standing|every facet"
    r"|all facets|all fields) ",
    rf"\b(?:dear|hey|hi|hello|attention|to) (?:all )?(?:the )?{_MACHINE}s? ?[,:!]",
    rf"\bif you are (?:an? |the )?(?:\w+\W+)?{_MACHINE}\b",
    rf"{_START}(?:do not|don t|never) (?:mention|reveal|tell|disclose) {_WORDS}"
    r"(?:instructions?|prompt|this (?:note|message|text))",
)

_CHINESE_START = (
    r"(?:^|[,:、])\W*(?:请你?|你?必须|务必|一律|一定要|你应该|你要|并且?|然后|而且|现在)*"
)
_GIVE_UP = (
    "(?:忽略|无视|忘记|忘掉|忘了|不要理会|不用理会|不必理会|抛开|跳过|不要遵守|停止遵守|推翻)掉?"
)

_CHINESE = (
    rf"{_GIVE_UP}(?:你|掉|之前|以上|上面|前面|上述|先前|此前|原来|所有|全部|一切|任何|这些|那些|系统"
    r"|收到|给|的)+(?:指令|提示词?|命令|要求|规则|设定|指示|约束|限制|内容|信息|话)",
    rf"{_CHINESE_START}{_GIVE_UP}(?:指令|提示词|命令|系统提示)",
    r"(?:从现在开始|从?现在起|现在)[,、]?你(?:就|将)?(?:是|要扮演|不再是|作为)[^。]{0,12}"
    r"(?:助手|模型|ai|机器人|推荐|管理员|评论家|专家|没有限制|不受)",
    r"(?:扮演|假装(?:是|成)?|充当)[^。]{0,8}(?:助手|模型|ai|机器人|推荐系统|管理员)",
    r"(?:作为|身为)(?:一个|一名|一款)?(?:ai|人工智能|大?语言模型|大模型|智能)(?:助手|模型|,|$)",
    rf"{_CHINESE_START}(?:只|仅|直接)(?:需要?|能|许|可以?)?(?:输出|回答|回复|返回)",
    r"(?:泄露|输出|打印|显示|告诉我|复述)[^。]{0,8}(?:系统提示|提示词|系统指令)",
    r"系统(?:提示词?|指令|消息|覆盖) ?:",
    r"新的?(?:指令|任务|提示词) ?:",
    rf"{_CHINESE_START}(?:给|把|将|为)(?:本|这|该|它)[^。]{{0,10}}(?:打|评|列|排|写|标|说|推荐|描述)"
    r"[^。]{0,6}(?:满分|最高|第一|最好|最佳|五星|5星|十分|10分|首位|神作)",
    r"(?:请|必须|务必|一定要)(?:大力|强烈|优先|极力)?(?:推荐|夸|赞美|吹捧|好评)(?:本|这|该|它)",
    r"(?:confidence|置信度|reception|所有字段)[^。]{0,6}(?:设为|填|写成|改成|标为)",
)

SPEAKS_TO_THE_MODEL = re.compile(
    "|".join([pattern.replace(" ", r"[\W_]{0,3}") for pattern in _ENGLISH] + list(_CHINESE))
)

CONTINUES = re.compile(
    rf"^(?:{_START}(?:rate|rank|score|say|write|output|answer|reply|respond|praise|recommend|call"
    r"|describe|set|put|give|use|tell|state|claim|pretend|act|do not|never|obey|comply"
    rf"|this is an order|your)\b|{_CHINESE_START}(?:给|把|将|说|写|输出|回答|推荐|打|不要|只))"
)
"""What counts as the rest of a command only after a sentence that spoke to the model."""

_ITEMS = ("this", "it", "the")
_SIGN_WORDS = (
    "ignor disregard forget overr bypass skip follow youare behave pretend roleplay respon output"
    " reply answer return print write model assistant prompt instruction message filter confidence"
    " reception standing facet fields llm gpt claude gemini bot recommender <!-- <| [inst [/inst"
    " <<sys <</sys _of_turn> <system <instruction <prompt <admin <s> </s> <bos> <eos> ##"
    " 忽略 无视 忘 理会 抛开 跳过 遵守 推翻 现在 扮演 假装 充当 作为 身为 输出 回答 回复 返回 提示"
    " 指令 系统 任务 满分 最高 第一 最好 最佳 五星 5星 十分 10分 首位 神作"
    " 推荐 夸 赞美 吹捧 好评 置信度 字段"
)


def _verbs(group: str) -> list[str]:
    return group.removeprefix("(?:").removesuffix(")").split("|")


_SIGNS = (
    *_SIGN_WORDS.split(),
    *("you are", "role play", "act as", "act like", "this note", "this text", "new task"),
    *('{"', '{ "', "ai,", "ai:", "ai!", "ai ,", "ai :", "ai !", "system:", "system :", "task:"),
)
_COMMANDS = {
    verb: tuple(f"{verb}{gap}{item}" for gap in (" ", "", " that ") for item in _ITEMS)
    for verb in [*_verbs(_RATE), *_verbs(_SAY)]
}


def may_speak_to_the_model(plain: str) -> bool:
    """Whether the plain letters hold a word without which no pattern matches.

    Looking for words costs a tenth of looking for patterns, and few texts have one.
    """
    return any(sign in plain for sign in _SIGNS) or any(
        verb in plain and any(command in plain for command in commands)
        for verb, commands in _COMMANDS.items()
    )
