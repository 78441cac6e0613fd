"""Who somebody is: the owner's account, browser sessions, tokens, the profile of a new pod."""
