"""What a new pod starts with: the owner's public profile, and rules that keep the rest private.

Everything is written with relative IRIs, so that the pod can move to another address.
https://solid.github.io/webid-profile/ · https://solidproject.org/TR/wac
"""

from __future__ import annotations

from pod.rdf.graph import TURTLE

PROFILE = "/profile/card"
PUBLIC_INDEX = "/settings/publicTypeIndex.ttl"
PRIVATE_INDEX = "/settings/privateTypeIndex.ttl"

_CARD = """\
@prefix foaf: <http://xmlns.com/foaf/0.1/>.
@prefix ldp: <http://www.w3.org/ns/ldp#>.
@prefix pim: <http://www.w3.org/ns/pim/space#>.
@prefix solid: <http://www.w3.org/ns/solid/terms#>.

<> a foaf:PersonalProfileDocument; foaf:maker <#me>; foaf:primaryTopic <#me>.

<#me> a foaf:Person, foaf:Agent;
    pim:storage <../>;
    pim:preferencesFile <../settings/prefs>;
    ldp:inbox <../inbox/>;
    solid:publicTypeIndex <../settings/publicTypeIndex.ttl>;
    solid:oidcIssuer <{issuer}>.
"""

_PREFERENCES = """\
@prefix dcterms: <http://purl.org/dc/terms/>.
@prefix pim: <http://www.w3.org/ns/pim/space#>.
@prefix solid: <http://www.w3.org/ns/solid/terms#>.

<> a pim:ConfigurationFile; dcterms:title "Preferences".

<../profile/card#me> solid:privateTypeIndex <privateTypeIndex.ttl>.
"""

# https://solid.github.io/type-indexes/: one that everyone reads, one for the owner alone.
_TYPE_INDEX = """\
@prefix solid: <http://www.w3.org/ns/solid/terms#>.

<> a solid:TypeIndex, solid:{kind}Document.
"""

_ROOT_ACL = """\
@prefix acl: <http://www.w3.org/ns/auth/acl#>.

# The owner has everything; nobody else has anything.
<#owner> a acl:Authorization;
    acl:agent <profile/card#me>;
    acl:accessTo <./>;
    acl:default <./>;
    acl:mode acl:Read, acl:Write, acl:Control.
"""

# https://www.w3.org/TR/ldn/
_INBOX_ACL = """\
@prefix acl: <http://www.w3.org/ns/auth/acl#>.
@prefix foaf: <http://xmlns.com/foaf/0.1/>.

# Anybody may leave a message here; nobody but the owner sees what was left.
<#public> a acl:Authorization;
    acl:agentClass foaf:Agent;
    acl:accessTo <./>;
    acl:mode acl:Append.

<#owner> a acl:Authorization;
    acl:agent <../profile/card#me>;
    acl:accessTo <./>;
    acl:default <./>;
    acl:mode acl:Read, acl:Write, acl:Control.
"""

_INDEX_ACL = """\
@prefix acl: <http://www.w3.org/ns/auth/acl#>.
@prefix foaf: <http://xmlns.com/foaf/0.1/>.

# Everyone reads where public things are.
<#public> a acl:Authorization;
    acl:agentClass foaf:Agent;
    acl:accessTo <publicTypeIndex.ttl>;
    acl:mode acl:Read.

<#owner> a acl:Authorization;
    acl:agent <../profile/card#me>;
    acl:accessTo <publicTypeIndex.ttl>;
    acl:mode acl:Read, acl:Write, acl:Control.
"""

_CARD_ACL = """\
@prefix acl: <http://www.w3.org/ns/auth/acl#>.
@prefix foaf: <http://xmlns.com/foaf/0.1/>.

# Everyone reads the profile: other servers find there how its owner signs in.
<#public> a acl:Authorization;
    acl:agentClass foaf:Agent;
    acl:accessTo <card>;
    acl:mode acl:Read.

<#owner> a acl:Authorization;
    acl:agent <card#me>;
    acl:accessTo <card>;
    acl:mode acl:Read, acl:Write, acl:Control.
"""


def starting_documents(issuer: str = "../") -> list[tuple[str, str, bytes]]:
    """(path, media type, body) of a new storage; the owner is `profile/card#me` in it.

    `issuer`: the server's base URL as seen from the profile. Containers come before what they hold.
    """
    return [
        ("/", TURTLE, b""),
        ("/.acl", TURTLE, _ROOT_ACL.encode()),
        ("/profile/", TURTLE, b""),
        (PROFILE, TURTLE, _CARD.replace("{issuer}", issuer).encode()),
        (PROFILE + ".acl", TURTLE, _CARD_ACL.encode()),
        ("/settings/", TURTLE, b""),
        ("/settings/prefs", TURTLE, _PREFERENCES.encode()),
        (PUBLIC_INDEX, TURTLE, _TYPE_INDEX.format(kind="Listed").encode()),
        (PUBLIC_INDEX + ".acl", TURTLE, _INDEX_ACL.encode()),
        (PRIVATE_INDEX, TURTLE, _TYPE_INDEX.format(kind="Unlisted").encode()),
        ("/inbox/", TURTLE, b""),
        ("/inbox/.acl", TURTLE, _INBOX_ACL.encode()),
    ]
