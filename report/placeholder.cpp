namespace tilewise {}
