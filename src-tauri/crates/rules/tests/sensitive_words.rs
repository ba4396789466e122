//! Sensitive messages in eight languages, and the everyday sentences that only look like them.

use domain::Sensitive::{self, BadReview, Legal, Refund, Return};
use rstest::rstest;
use rules::sensitive::{detect, kinds};

#[rstest]
#[case("我要退货", &[Return])]
#[case("不给退款就给你差评！", &[Refund, BadReview])]
#[case("我會找律師起訴你們", &[Legal])]
#[case("再不处理我就报警", &[Legal])]
#[case("I want to RETURN this item", &[Return])]
#[case("I will send it back tomorrow", &[Return])]
#[case("I need a full refund, or a chargeback", &[Refund])]
#[case("give me my money back", &[Refund])]
#[case("I will give you only 1 star", &[BadReview])]
#[case("One-star review is coming", &[BadReview])]
#[case("You will hear from my lawyer", &[Legal])]
#[case("I'll take you to court", &[Legal])]
#[case("Quiero hacer una DEVOLUCIÓN", &[Return])]
#[case("Quiero devolverlo", &[Return])]
#[case("Exijo el reembolso", &[Refund])]
#[case("devuélvanme mi dinero", &[Refund])]
#[case("Voy a dejar una mala reseña", &[BadReview])]
#[case("hablaré con mi abogado y pondré una denuncia", &[Legal])]
#[case("Gostaria de fazer a devolução", &[Return])]
#[case("quero meu dinheiro de volta", &[Refund])]
#[case("vou fazer uma avaliação negativa", &[BadReview])]
#[case("vou ao Procon", &[Legal])]
#[case("Je souhaite retourner l'article", &[Return])]
#[case("Je veux être remboursé", &[Refund])]
#[case("je vais laisser un mauvais avis", &[BadReview])]
#[case("je vais porter plainte", &[Legal])]
#[case("Хочу оформить возврат", &[Return])]
#[case("Верните мои деньги!", &[Refund])]
#[case("хочу вернуть деньги", &[Refund])]
#[case("Напишу плохой отзыв", &[BadReview])]
#[case("Подам в суд", &[Legal])]
#[case("Ich möchte die Ware zurückschicken", &[Return])]
#[case("ich will mein Geld zurück", &[Refund])]
#[case("Das gibt eine schlechte Bewertung", &[BadReview])]
#[case("Ich gehe zum Anwalt", &[Legal])]
#[case("أريد إرجاع المنتج", &[Return])]
#[case("أريد استرداد أموالي", &[Refund])]
#[case("سأكتب تقييم سلبي", &[BadReview])]
#[case("سأتصل بالمحامي والشرطة", &[Legal])]
#[case("devolucio\u{301}n", &[Return])]
#[case("ＲＥＦＵＮＤ", &[Refund])]
fn a_sensitive_message_is_found(#[case] text: &str, #[case] expected: &[Sensitive]) {
    let hits = detect(text);
    assert_eq!(kinds(&hits), expected, "{text:?} gave {hits:?}");
    for hit in hits {
        assert_eq!(text.get(hit.from..hit.to), Some(hit.words.as_str()), "the span is where the words are");
    }
}

#[rstest]
#[case("一星期能到吗？")]
#[case("大概1星期")]
#[case("这个报警器怎么用")]
#[case("你们店没有差评，放心")]
#[case("不退，款式很好看")]
#[case("I got nothing in return")]
#[case("When I return home I will order two")]
#[case("I am a returning customer")]
#[case("Please return my message")]
#[case("Hi, I'm Sue. Is this the one star necklace?")]
#[case("Nice tennis court shoes")]
#[case("Do you have a police costume?")]
#[case("There are no bad reviews, great shop")]
#[case("Dar una vuelta por la tienda, ¿tiene la vuelta?")]
#[case("Es un producto con mucha demanda")]
#[case("un disfraz de policía para niño")]
#[case("¿Me puede devolver la llamada?")]
#[case("Aguardo retorno, obrigado")]
#[case("Quando vão processar o pedido?")]
#[case("Dans l'attente de votre retour")]
#[case("Je serai de retour lundi")]
#[case("Quelle est la police d'écriture ?")]
#[case("une coque en forme d'avocat, un avocat")]
#[case("Я вернусь к вам завтра")]
#[case("Есть ли у вас посуда, судя по фото?")]
#[case("Wie groß ist die Anzeige? Ein tolles Gericht!")]
#[case("Ich melde mich zurück")]
#[case("كيف يمكن استرجاع كلمة المرور")]
#[case("هل المنتج قانوني؟ شكرا")]
#[case("")]
#[case("😀😀 12:30")]
fn an_everyday_message_is_left_alone(#[case] text: &str) {
    let hits = detect(text);
    assert!(hits.is_empty(), "{text:?} is no reason to escalate: {hits:?}");
}

proptest::proptest! {
    #[test]
    fn any_text_is_searched_without_harm(text in "\\PC{0,80}") {
        for hit in detect(&text) {
            proptest::prop_assert_eq!(text.get(hit.from..hit.to), Some(hit.words.as_str()), "spans are on letters");
        }
    }
}
